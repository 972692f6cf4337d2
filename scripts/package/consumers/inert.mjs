// Importing the package changes nothing but what is listed here. What it builds on is loaded first, except class-validator,
// whose door the package does not use.
import assert from 'node:assert/strict';
import { createRequire, builtinModules } from 'node:module';
import 'reflect-metadata';

const ALLOWED = [
  'globalThis.Symbol(radiograph.process-state.1)', // what there is one of in a process
  'globalThis.classValidatorMetadataStorage', // class-validator's registry of decorated classes
  'process.moduleLoadList', // Node's own list of what it has loaded of itself
];

/** Modules that warn when they are loaded, and those that are other names of one. */
const NOISY = /^(_|node:|sys$|punycode|wasi|trace_events)/u;

const require = createRequire(import.meta.url);

await import('typedi');
const load = process.argv[2] === 'require' ? require : (door) => import(door);

// An import reads every export, which makes values of getters that load on demand.
const roots = { globalThis, process };
for (const name of builtinModules) if (!NOISY.test(name)) roots[name] = (await import(name)).default;

picture(); // loads on demand what listing the properties loads
const before = picture();
assert.deepEqual(differences(before, picture()), [], 'the picture changes by itself');
const resources = process.getActiveResourcesInfo();
const listeners = countListeners();
for (const door of ['radiograph', 'radiograph/testing', 'radiograph/testing/chai']) await load(door);
assert.deepEqual(process.getActiveResourcesInfo(), resources, 'importing has opened a resource');
assert.deepEqual(countListeners(), listeners, 'importing listens to the process');
const changed = differences(before, picture()).filter(
  (path) => !ALLOWED.some((allowed) => `${path}.`.startsWith(`${allowed}.`)),
);
assert.deepEqual(changed, [], 'importing has changed globals');
console.log('inert');

function countListeners() {
  return process.eventNames().map((name) => [name, process.listenerCount(name)]);
}

/** Every property reachable from the globals and the built-in modules, by its path; getters are not run. */
function picture() {
  const seen = new Set();
  const found = new Map();
  const pending = Object.entries(roots);
  for (const [path, holder] of pending) {
    if (seen.has(holder)) continue;
    seen.add(holder);
    for (const key of Reflect.ownKeys(holder)) {
      const at = `${path}.${String(key)}`;
      if (at.endsWith('.cache') || at.includes('._') || /Module\.(children|_)/u.test(at)) continue;
      const descriptor = Object.getOwnPropertyDescriptor(holder, key) ?? {};
      const { value } = descriptor;
      found.set(at, Object.values(descriptor));
      const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
      if (isHolder && !ArrayBuffer.isView(value)) pending.push([at, value]);
    }
  }
  return found;
}

function differences(one, other) {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => {
    const [former, latter] = [one.get(path), other.get(path)];
    return former?.length !== latter?.length || former.some((part, index) => !Object.is(part, latter[index]));
  });
}
