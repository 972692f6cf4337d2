// The Node versions that users run, as platform packages from the registry: the wrapper packages fetch theirs in an install
// script, which npm may not run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from './attempt.mjs';

export const MAJORS = [20, 22, 24];

/** Answers, for each major version, the path of an executable; `undefined` where this platform has none. */
export async function installNodes(directory) {
  const running = Number(process.versions.node.split('.')[0]);
  const executables = new Map();
  for (const major of MAJORS) {
    executables.set(major, major === running ? process.execPath : await installNode(directory, major));
  }
  return executables;
}

/** Answers the path of an executable that is put into `directory`; `undefined` where this platform has none. */
export async function installNode(directory, major) {
  const name = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${platform()}-${process.arch}`;
  const alias = `node-${major}`;
  const executable = join(directory, alias, 'node_modules', alias, 'bin', 'node');
  if (existsSync(executable)) return executable;
  const options = ['--no-save', '--no-package-lock', '--prefix', join(directory, alias)];
  const { code } = await attempt('npm', ['install', ...options, `${alias}@npm:${name}@${major}`], { cwd: directory });
  if (code !== 0) return undefined;
  const { stdout } = await attempt(executable, ['--version'], { cwd: directory });
  return stdout.startsWith(`v${major}.`) ? executable : undefined;
}

function platform() {
  return process.platform === 'win32' ? 'win' : process.platform;
}
