import { createRequire } from 'node:module';
import { expect } from 'chai';
import { Container } from 'typedi';
import { MemoryEmitter } from '#lib/testing/index.js';

type Door = typeof import('#lib/index.js');

const require = createRequire(import.meta.url);

describe('The package', () => {
  describe('when one process imports and requires it', () => {
    it('gives the same Recorder class, so that the container injects one recorder', async () => {
      const imported = await import('radiograph');
      const required = require('radiograph') as Door;

      expect(required.Recorder).to.equal(imported.Recorder);
      expect(Container.get(required.Recorder)).to.equal(Container.get(imported.Recorder));
    });
  });

  describe('when its CommonJS copy is loaded beside it', () => {
    let here: Door;
    let copy: Door;

    before(async () => {
      here = await import('radiograph');
      copy = require('../../../dist/cjs/index.js') as Door;
    });

    it('has classes of its own', () => {
      expect(copy.Recorder).not.to.equal(here.Recorder);
    });

    it('records through either into one trace', async () => {
      const emitter = new MemoryEmitter();
      const tracing = here.TracingModule.forRoot({ sampling: 'all', emitter });
      const there = Container.get(copy.Recorder);

      await tracing.recorder.trace('op', async () => {
        expect(there.traceId).to.be.a('string').and.to.equal(tracing.recorder.traceId);
        await there.capture('inner', async (inner) => {
          await new Promise(setImmediate);
          expect(tracing.recorder.current.id).to.equal(inner.id);
        });
      });
      await tracing.close();

      expect(there.traceId).to.equal(undefined);
      expect(emitter.documents).to.have.lengthOf(1);
      expect(emitter.documents[0]?.subsegments?.map(({ name }) => name)).to.deep.equal(['inner']);
    });

    it('is configured by either', async () => {
      const emitter = new MemoryEmitter();
      const tracing = copy.TracingModule.forRoot({ sampling: 'all', emitter });

      Container.get(here.Recorder).trace('op', () => undefined);
      await tracing.close();

      expect(emitter.documents).to.have.lengthOf(1);
    });

    it('throws errors that are instances of the other classes too', () => {
      const misconfigure = (): unknown => copy.TracingModule.forRoot({ service: '' });

      expect(misconfigure).to.throw(here.ConfigurationError).with.property('code', 'CONFIGURATION_INVALID');
    });
  });
});
