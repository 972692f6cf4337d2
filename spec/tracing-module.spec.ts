import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect } from 'chai';
import { stub } from 'sinon';
import { Container } from 'typedi';
import { ConfigurationError, Recorder, TracingModule, type SegmentDocument, type TracingOptions } from '#lib/index.js';
import { MemoryEmitter } from '#lib/testing/index.js';
import { validateDatagram } from './support/wire-validator/index.js';

describe('TracingModule', () => {
  const modules: TracingModule[] = [];
  const configure = (options?: TracingOptions): TracingModule => {
    const tracing = TracingModule.forRoot(Object.assign({ logLevel: 'silent' as const }, options));
    modules.push(tracing);
    return tracing;
  };

  afterEach(async () => {
    for (const tracing of modules.splice(0)) await tracing.close();
  });

  describe('when it is configured with the address of a daemon', () => {
    it('sends what the recorder records there', async () => {
      const daemon = createSocket('udp4').bind(0, '127.0.0.1');
      await once(daemon, 'listening');
      const received = once(daemon, 'message') as Promise<[Buffer]>;
      const tracing = configure({
        service: 'shop',
        daemonAddress: `127.0.0.1:${daemon.address().port}`,
        sampling: 'all',
      });
      tracing.recorder.trace('POST /orders', () => undefined);
      const [datagram] = await received;
      daemon.close();
      await tracing.flush();

      expect(validateDatagram(datagram)).to.deep.equal([]);
      expect(JSON.parse(datagram.toString().split('\n')[1] ?? '')).to.deep.include({ name: 'shop' });
      expect(tracing.statistics()).to.deep.equal({ 'documents sent': 1 });
    });
  });

  describe('when options cannot be right', () => {
    it('throws one error that names them all with what to do', () => {
      const options = { servce: 'x', sampling: { rate: 7 } } as TracingOptions;

      expect(() => TracingModule.forRoot(options)).to.throw(
        ConfigurationError,
        /2 problems.*\n.*servce: given 'x'.*Did you mean service\?\n.*sampling\.rate: given 7;.*a fraction from 0 to 1\. For 7 % write 0\.07\./,
      );
    });

    it('leaves the recorder with the engine that it had', () => {
      const emitter = new MemoryEmitter();
      configure({ sampling: 'all', emitter });
      expect(() => TracingModule.forRoot({ sampling: 7 as never })).to.throw(ConfigurationError);
      Container.get(Recorder).trace('op', () => undefined);

      expect(emitter.documents).to.have.lengthOf(1);
    });
  });

  describe('when it is configured again', () => {
    it('keeps the recorder and swaps what is behind it', async () => {
      const [first, second] = [new MemoryEmitter(), new MemoryEmitter()];
      const one = configure({ sampling: 'all', emitter: first });
      const two = configure({ sampling: 'all', emitter: second, service: 'second' });
      two.recorder.trace('op', () => undefined);
      await one.close();
      two.recorder.trace('op', () => undefined);

      expect(one.recorder).to.equal(two.recorder).and.to.equal(Container.get(Recorder));
      expect(first.documents).to.have.lengthOf(0);
      expect(second.documents.map(({ name }) => name)).to.deep.equal(['second', 'second']);
    });
  });

  describe('when tracing is switched off', () => {
    it('records nothing and complains of nothing', async () => {
      const emitter = new MemoryEmitter();
      const tracing = configure({ enabled: false, emitter, contextMissing: 'RUNTIME_ERROR' });
      tracing.recorder.trace('op', () => tracing.recorder.annotate('key', 1));
      tracing.recorder.annotate('key', 1);

      expect(emitter.documents).to.deep.equal([]);
      expect(tracing.statistics()).to.deep.equal({});
    });
  });

  describe('when it is not told what to sample', () => {
    it('records one of each second and five of a hundred of the rest', () => {
      const emitter = new MemoryEmitter();
      const random = stub(Math, 'random').returns(0.05);
      const tracing = configure({ emitter });
      tracing.recorder.trace('first', () => undefined);
      const afterFirst = emitter.documents.length;
      random.returns(0.049);
      tracing.recorder.trace('lucky', () => undefined);
      random.restore();

      expect([afterFirst, emitter.documents.length]).to.deep.equal([1, 2]);
      expect(tracing.describe()).to.contain('{ rate: 0.05, perSecond: 1 }  (default)');
    });
  });

  describe('when it is closed', () => {
    it('closes the emitter once and records nothing more', async () => {
      const emitter = new MemoryEmitter();
      const close = stub(emitter, 'close').resolves();
      const tracing = configure({ sampling: 'all', emitter });
      tracing.recorder.trace('before', () => undefined);
      await tracing.close();
      await tracing.close();
      tracing.recorder.trace('after', () => undefined);

      expect(emitter.documents).to.have.lengthOf(1);
      expect(close.callCount).to.equal(1);
    });
  });

  describe('when the emitter of the user fails', () => {
    it('counts it and harms nobody', async () => {
      const failing = (): never => {
        throw new Error('emitter');
      };
      const tracing = configure({ sampling: 'all', emitter: { emit: failing, flush: failing, close: failing } });

      expect(tracing.recorder.trace('op', () => 'ran')).to.equal('ran');
      await tracing.flush();
      await tracing.close();
      expect(tracing.statistics()).to.deep.equal({ USER_CODE_FAILED: 3 });
    });
  });

  describe('when beforeSend is given', () => {
    it('shows it each document', () => {
      const seen: SegmentDocument[] = [];
      const tracing = configure({
        sampling: 'all',
        emitter: new MemoryEmitter(),
        beforeSend: (document) => void seen.push(document),
      });
      tracing.recorder.trace('op', () => undefined);

      expect(seen).to.have.lengthOf(1);
    });
  });
});
