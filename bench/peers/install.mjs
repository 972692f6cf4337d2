// What the benchmarks compare with is installed apart, so that nobody else has to.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installNode } from '../../scripts/package/nodes.mjs';

const directory = import.meta.dirname;
const require = createRequire(import.meta.url);

/** Installs the peers as their lockfile says, unless they are there. */
export function installPeers() {
  if (existsSync(join(directory, 'node_modules/.package-lock.json'))) return;
  console.log('Installing the peers that are compared with, once (npm ci in bench/peers).');
  // Their prebuilt parts come with them; an install script could only fetch or compile what is not needed.
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: directory,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The peers cannot be installed: npm ci failed in bench/peers.');
}

export function requirePeer(name) {
  return require(name);
}

/** Answers the path of an executable for each major version, installed where it is not the running one. */
export async function nodesFor(majors) {
  const running = Number(process.versions.node.split('.')[0]);
  const target = join(directory, 'nodes');
  mkdirSync(target, { recursive: true });
  const nodes = new Map();
  for (const major of majors) {
    const executable = major === running ? process.execPath : await installNode(target, major);
    if (executable === undefined) throw new Error(`Node ${major} cannot be installed for this platform.`);
    nodes.set(major, executable);
  }
  return nodes;
}
