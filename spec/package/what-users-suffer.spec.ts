/** How other packages load, bundle and compile, and users of them report: see spec/recorder/what-users-suffer.spec.ts. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const COMPILER = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

interface Ended {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    // Counting which lines were reached would slow down what is measured.
    const { NODE_V8_COVERAGE: _, ...env } = process.env;
    execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr });
    });
  });
}

const APPLICATION = `
  import { createSocket } from 'node:dgram';
  import { Recorder, TracingModule } from 'radiograph';
  const daemon = createSocket('udp4');
  daemon.bind(0, '127.0.0.1', async () => {
    const tracing = TracingModule.forRoot({
      service: 'bundled', sampling: 'all', daemonAddress: '127.0.0.1:' + daemon.address().port,
    });
    daemon.once('message', async (message) => {
      console.log(JSON.parse(message.toString().split('\\n')[1]).name, tracing.recorder instanceof Recorder);
      await tracing.close();
      daemon.close();
    });
    tracing.recorder.trace('op', () => undefined);
  });
`;

const THROWS = `
  import { Traced } from 'radiograph';
  import { recordTrace } from 'radiograph/testing';
  class Orders {
    place() {
      throw new RangeError('sold out');
    }
  }
  const method = Object.getOwnPropertyDescriptor(Orders.prototype, 'place');
  Object.defineProperty(Orders.prototype, 'place', Traced()(Orders.prototype, 'place', method) ?? method);
  recordTrace(() => new Orders().place()).then(({ trace }) => {
    const [{ path, label }] = trace.find('Orders.place').exceptions[0].stack;
    console.log(path.split('/').slice(-3).join('/'), label);
  });
`;

const ON_A_PRIVATE_NAME = 'class Vault { @Traced() #open(): void {} reach(): void { this.#open(); } }';
const ON_A_PARAMETER = "class Orders { @Traced() place(@Annotate('id') id: string): string { return id; } }";

describe('What users suffer when they load and compile other packages', () => {
  let directory: string;

  afterEach(() => rm(directory, { recursive: true, force: true }));

  describe('when it is bundled by esbuild as an ES module', () => {
    it('starts, and records', async () => {
      directory = await mkdtemp(join(tmpdir(), 'radiograph-bundle-'));
      const outfile = join(directory, 'application.mjs');
      const { warnings } = await build({
        stdin: { contents: APPLICATION, resolveDir: REPOSITORY },
        bundle: true,
        format: 'esm',
        platform: 'node',
        keepNames: true,
        logLevel: 'silent',
        outfile,
      });

      expect(warnings).to.deep.equal([]);
      expect(await run([outfile], directory)).to.deep.equal({ failed: false, stdout: 'bundled true\n', stderr: '' });
    });

    it('takes no function of the application for one of its own', async () => {
      directory = await mkdtemp(join(tmpdir(), 'radiograph-bundle-'));
      const outfile = join(directory, 'dist/esm/core.mjs');
      const stdin = { contents: THROWS, resolveDir: REPOSITORY };
      await build({ stdin, bundle: true, format: 'esm', platform: 'node', keepNames: true, outfile });

      const { stdout, stderr } = await run([outfile], directory);

      expect({ stdout, stderr }).to.deep.equal({ stdout: 'dist/esm/core.mjs Orders.place\n', stderr: '' });
    });
  });

  describe('when a decorator stands where its dialect has none', () => {
    const compile = async (source: string, isLegacy: boolean): Promise<string> => {
      // Within the repository, where the package finds itself by its name.
      directory = await mkdtemp(join(REPOSITORY, 'build/snippet-'));
      await writeFile(join(directory, 'snippet.ts'), `import { Annotate, Traced } from 'radiograph';\n${source}\n`);
      const compilerOptions = {
        noEmit: true,
        composite: false,
        noUnusedLocals: false,
        experimentalDecorators: isLegacy,
      };
      const project = { extends: '../../tsconfig.base.json', compilerOptions };
      await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(project));
      const { stdout } = await run([COMPILER, '--project', '.'], directory);
      return stdout;
    };

    it('does not compile on a #private method in the legacy dialect, and does in the other', async () => {
      expect(await compile(ON_A_PRIVATE_NAME, true)).to.match(/^snippet\.ts\(2,15\): error TS1206/);
      await rm(directory, { recursive: true });
      expect(await compile(ON_A_PRIVATE_NAME, false)).to.equal('');
    });

    it('does not compile on a parameter in the standard dialect, and does in the other', async () => {
      expect(await compile(ON_A_PARAMETER, false)).to.match(/^snippet\.ts\(2,32\): error TS1206/);
      await rm(directory, { recursive: true });
      expect(await compile(ON_A_PARAMETER, true)).to.equal('');
    });
  });

  describe('when it is loaded and set up', () => {
    const LOADS = {
      cjs: "const { TracingModule } = require('radiograph');",
      mjs: "const { TracingModule } = await import('radiograph');",
    };
    const setUp = (load: string): string => `
      const heavy = ['crypto', 'dgram', 'dns/promises', 'net', 'stream', 'stream/web'];
      const loaded = () => heavy.filter((name) => process.moduleLoadList.includes('NativeModule ' + name));
      const before = loaded();
      const lateOnes = () => loaded().filter((name) => !before.includes(name)).join();
      ${load}
      const tracing = TracingModule.forRoot({ service: 'shop', sampling: 'all', daemonAddress: '127.0.0.1:9' });
      const ready = lateOnes();
      tracing.recorder.trace('op', () => ({}));
      const traced = lateOnes();
      console.log(JSON.stringify({ ready, traced }));
      tracing.close();
    `;

    for (const [end, load] of Object.entries(LOADS)) {
      it(`has loaded none of Node's modules that only a trace needs, in a file of .${end}`, async () => {
        // Within the repository, where the package finds itself by its name; Node loads more of its own for a text than for a file.
        directory = await mkdtemp(join(REPOSITORY, 'build/snippet-'));
        const file = join(directory, `application.${end}`);
        await writeFile(file, setUp(load));

        const { ready, traced } = JSON.parse((await run([file], directory)).stdout) as Record<string, string>;

        expect(ready).to.equal('');
        // Ids are drawn and a socket is opened: what is asked for would be seen.
        expect(traced).to.match(/crypto,dgram/);
      });
    }
  });

  describe('when it is loaded beside aws-xray-sdk-core', () => {
    const OURS = 'radiograph';
    const THEIRS = 'aws-xray-sdk-core';
    // Of ES modules Node keeps no list that can be read; its debugger hears of every file, in either format.
    const MODULES = `
      const [how, what] = process.argv.slice(1);
      const files = new Set();
      const session = new (require('node:inspector').Session)();
      session.connect();
      session.on('Debugger.scriptParsed', ({ params: { url } }) => url.startsWith('file:') && files.add(url));
      session.post('Debugger.enable');
      const loading = how === 'import' ? import(what) : Promise.resolve(require(what));
      loading.then(() => console.log(files.size));
    `;

    const modulesOf = async (how: string, what: string): Promise<number> =>
      Number((await run(['-e', MODULES, how, what], REPOSITORY)).stdout);

    // How long it takes is measured by bench/load: a spec on a busy machine cannot tell.
    for (const how of ['require', 'import']) {
      it(`takes a quarter of the modules by \`${how}\``, async () => {
        const [ours, theirs] = [await modulesOf(how, OURS), await modulesOf(how, THEIRS)];

        expect(ours)
          .to.be.above(1)
          .and.at.most(theirs / 4);
      });
    }
  });
});
