// One process that imports and requires the package, and holds a CommonJS copy loaded by its path.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as imported from 'radiograph';
import { Container } from 'typedi';

const require = createRequire(import.meta.url);
const required = require('radiograph');
const copy = require(join(dirname(require.resolve('radiograph/package.json')), 'dist/cjs/index.js'));

if (!process.execArgv.includes('--no-experimental-require-module')) {
  assert.equal(required.Recorder, imported.Recorder, 'import and require give two Recorder classes');
  assert.notEqual(copy.Recorder, imported.Recorder, 'the CommonJS copy is no copy');
}

const tracing = imported.TracingModule.forRoot({ service: 'package-shop', sampling: 'all' });
const here = Container.get(imported.Recorder);

class Orders {
  async place() {
    for (const [door, { Recorder }] of Object.entries({ required, copy })) {
      const there = Container.get(Recorder);
      assert.ok(here.traceId);
      assert.equal(there.traceId, here.traceId, `the trace is not seen through "${door}"`);
      there.annotate(door, true);
      await there.capture(door, () => new Promise(setImmediate));
      assert.equal(here.current.name, 'Orders.place', `"${door}" left its subsegment current`);
    }
    await new Prices().quote();
    assert.equal(here.current.name, 'Orders.place', 'a method decorated by the copy left its subsegment current');
  }
}
decorate(Orders, 'place', imported.Traced());

class Prices {
  async quote() {
    await new Promise(setImmediate);
  }
}
decorate(Prices, 'quote', copy.Traced());

await here.trace('POST /orders', () => new Orders().place());
await Container.get(copy.Recorder).trace('POST /copies', () => new Prices().quote());

assert.throws(() => copy.TracingModule.forRoot({ sampling: 7 }), imported.ConfigurationError);
await tracing.close();
console.log('one context');

function decorate({ prototype }, name, decorator) {
  Object.defineProperty(prototype, name, decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name)));
}
