import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { Container, Service } from 'typedi';
import { Annotate, Recorder, Traced } from '#lib/index.js';
import { printTrace, recordTrace } from '#lib/testing/index.js';

@Service()
@Traced()
class Greeter {
  private readonly recorder: Recorder;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  async greet(@Annotate('who') who: string): Promise<string> {
    await turn();
    if (who === '') throw new RangeError('nobody');
    this.recorder.metadata('letters', who.length);
    return this.salute(who);
  }

  salute(who: string): string {
    return `hello ${who}`;
  }
}

describe('recordTrace', () => {
  const greeter = Container.get(Greeter);

  describe('when a function is recorded', () => {
    it('answers its result and the tree of what it did, without any module', async () => {
      const { result, trace } = await recordTrace(() => greeter.greet('you'));

      expect(result).to.equal('hello you');
      expect(printTrace(trace)).to.equal(
        ['test', '└─ Greeter.greet  who="you"', '   └─ Greeter.salute']
          .join('\n')
          .replace('test', 'test  operation="test"'),
      );
      expect(trace.find('Greeter.greet').metadata).to.deep.equal({ default: { letters: 3 } });
      expect(trace.find('Greeter.greet', 'Greeter.salute').durationMillis).to.be.within(0, 1000);
    });
  });

  describe('when the function throws', () => {
    it('keeps the error, and throws it to whoever reads the result', async () => {
      const recording = await recordTrace(() => greeter.greet(''));

      expect(recording.error).to.be.instanceOf(RangeError);
      expect(() => recording.result).to.throw(RangeError, 'nobody');
      expect(recording.trace.find('Greeter.greet').exceptions[0]).to.include({ type: 'RangeError', message: 'nobody' });
      expect(printTrace(recording.trace)).to.contain('[fault]  RangeError: nobody');
    });
  });

  describe('when several record at the same time', () => {
    it('keeps them apart', async () => {
      const recordings = await Promise.all(['a', 'b', 'c'].map((who) => recordTrace(() => greeter.greet(who))));

      expect(recordings.map(({ trace }) => trace.find('Greeter.greet').annotations)).to.deep.equal([
        { who: 'a' },
        { who: 'b' },
        { who: 'c' },
      ]);
    });
  });

  describe('when something is left open', () => {
    it('shows it as in progress', async () => {
      const { trace } = await recordTrace(() => {
        Container.get(Recorder).beginSubsegment('open');
      });

      expect(printTrace(trace)).to.contain('└─ open  [in progress]');
    });
  });

  describe('when a name was recorded several times', () => {
    it('finds the path below any of them', async () => {
      const recorder = Container.get(Recorder);
      const { trace } = await recordTrace(() => {
        recorder.capture('a', () => undefined);
        recorder.capture('a', () => recorder.capture('b', () => undefined));
      });

      expect(trace.find('a', 'b').name).to.equal('b');
    });
  });

  describe('when what is looked for was not recorded', () => {
    it('throws with what was', async () => {
      const { trace } = await recordTrace(() => greeter.salute('you'));

      expect(() => trace.find('Greeter.greet')).to.throw('Did you mean "Greeter.salute"?');
    });
  });
});
