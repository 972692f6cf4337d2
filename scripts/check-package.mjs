// Proves what users install: packs the package, installs it into empty projects, and type-checks, bundles and runs
// applications there, and our own specs, on every Node and TypeScript that is supported. The environment variable KEEP keeps
// the directory.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationsOf, checkApplication } from './package/applications.mjs';
import { checkFramework, FRAMEWORKS, makeFrameworkProject } from './package/frameworks.mjs';
import { installNodes } from './package/nodes.mjs';
import {
  bundle,
  bundleHandler,
  checkTypes,
  checkUses,
  compileApplication,
  compileChai,
  installChais,
  makeProject,
  waysToCheckTypes,
  waysToUseDecorators,
} from './package/project.mjs';
import { Report } from './package/report.mjs';
import { checkSpecs, makeSpecProject } from './package/specs.mjs';
import { checkContents, checkPublint, checkTypesResolution, pack } from './package/tarball.mjs';

const repository = join(import.meta.dirname, '..');
const directory = await realpath(await mkdtemp(join(tmpdir(), 'radiograph-package-')));
const report = new Report();

try {
  const build = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: repository, stdio: 'inherit' });
  if (build.status !== 0) throw new Error('the build failed');
  await checkAll();
} catch (error) {
  report.add('everything else', '', [error.stack]);
} finally {
  if (process.env.KEEP) console.log(`kept ${directory}`);
  else await rm(directory, { recursive: true, force: true });
}
console.log(`\n${report.table()}\n`);
console.log(`package: ${report.passed} passed, ${report.failed} failed`);
process.exitCode = report.failed === 0 && report.passed > 0 ? 0 : 1;

async function checkAll() {
  const tarball = await pack(repository, directory);
  console.log(
    `packed ${kilobytes(tarball.size)}, unpacked ${kilobytes(tarball.unpackedSize)}, ${tarball.files.length} files`,
  );
  await report.check('tarball: files', '', () => checkContents(tarball, repository));
  await report.check('tarball: publint', '', () => checkPublint(tarball));
  await report.check('tarball: are the types wrong', '', () => checkTypesResolution(tarball, repository));

  const project = await makeProject(join(directory, 'project'), tarball);
  for (const way of waysToCheckTypes()) {
    const row = `types: ${way.resolution}, ${way.format}, ${way.dialect} decorators`;
    await report.check(row, `TypeScript ${way.compiler}`, () => checkTypes(project, way));
  }

  for (const way of waysToUseDecorators()) {
    const row = `uses that compile and that must not, ${way.dialect} decorators`;
    await report.check(row, `TypeScript ${way.compiler}`, () => checkUses(project, repository, way));
  }

  const bundles = {
    esm: join(directory, 'bundles/esm.mjs'),
    cjs: join(directory, 'bundles/cjs.cjs'),
    handler: join(directory, 'bundles/handler.cjs'),
  };
  await report.check('compile: ES module, legacy decorators', '', () => compileApplication(project, 'esm', 'legacy'));
  await report.check('compile: ES module, standard decorators', '', () =>
    compileApplication(project, 'esm', 'standard'),
  );
  await report.check('compile: CommonJS', '', () => compileApplication(project, 'cjs', 'legacy'));
  const chais = await installChais(project);
  for (const chai of chais) await report.check(`compile: chai ${chai}`, '', () => compileChai(project, chai));
  await report.check('bundle: ES module', '', () => bundle(project, 'esm', bundles.esm));
  await report.check('bundle: CommonJS', '', () => bundle(project, 'cjs', bundles.cjs));
  await report.check('bundle: decorated handler, minified', '', () => bundleHandler(project, bundles.handler));

  const frameworks = await makeFrameworkProject(join(directory, 'frameworks'), tarball);
  const specs = await makeSpecProject(join(directory, 'specs'), tarball, repository);

  await mkdir(join(directory, 'nodes'));
  for (const [major, node] of await installNodes(join(directory, 'nodes'))) {
    const check = async (row, run) => {
      const column = `Node ${major}`;
      if (node !== undefined) return report.check(row, column, () => run(node));
      return report.add(row, column, process.env.CI === 'true' ? [`no Node ${major} for this platform`] : 'skip');
    };
    for (const application of applicationsOf(project, bundles, chais)) {
      await check(`run: ${application.title}`, (path) => checkApplication(path, application, directory));
    }
    for (const framework of FRAMEWORKS) {
      await check(`run: ${framework.title}`, (path) => checkFramework(path, frameworks, framework));
    }
    await check('run: our own specs in the installed package', (path) => checkSpecs(path, specs, repository));
  }
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
