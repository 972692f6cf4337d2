import * as chai from 'chai';
import { expect } from 'chai';
import { processRecorder } from '#lib/recorder/recorder.js';
import { radiographChai } from '#lib/testing/chai.js';
import { recordTrace, type RecordedTrace } from '#lib/testing/index.js';

chai.use(radiographChai);

const recorder = processRecorder();

function failureOf(assertion: () => unknown): Error & { readonly actual?: unknown; readonly showDiff?: unknown } {
  try {
    assertion();
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error('The assertion holds.');
}

describe('radiographChai', () => {
  let trace: RecordedTrace;

  beforeEach(async () => {
    ({ trace } = await recordTrace(() => {
      recorder.capture(
        { name: 'Orders.place', annotations: { item: 'tea' }, metadata: { sizes: { s: 1, m: 2 } } },
        () => {
          recorder.metadata('paid', false, 'till');
          try {
            recorder.capture('charge', () => {
              throw new RangeError('no credit for 36');
            });
          } catch {
            recorder.beginSubsegment('open');
          }
        },
      );
    }));
  });

  describe('when all that is claimed was recorded', () => {
    it('goes on with the subsegment that it found', () => {
      expect(trace).to.have.subsegment('Orders.place').with.annotation('item', 'tea').and.metadata('sizes', { m: 2 });
      expect(trace).to.have.subsegment('Orders.place > charge').that.is.a.fault.with.exception(RangeError);
      expect(trace.find('charge'))
        .to.have.exception(/^RangeError: no credit/)
        .and.exception('no credit for 36');
      expect(trace.find('Orders.place')).to.have.metadata('paid', false, 'till').and.subsegment('charge');
      expect(trace).to.have.segment('test').with.annotation('operation');
      expect(trace).to.have.subsegment('open').that.is.inProgress;
      expect(trace.find('Orders.place')).to.have.tree({ children: ['charge', 'open'] });
    });
  });

  describe('when it is negated', () => {
    it('holds what was not recorded', () => {
      expect(trace).not.to.have.subsegment('refund');
      expect(trace).not.to.have.subsegment('test');
      expect(trace.find('Orders.place')).to.not.have.annotation('card');
      expect(trace.find('Orders.place')).to.not.have.annotation('item', 'coffee');
      expect(trace.find('Orders.place')).to.not.have.metadata('paid');
      expect(trace.find('Orders.place')).to.not.be.a.fault;
      expect(trace.find('charge')).to.not.be.an.error;
      expect(trace.find('charge')).to.not.be.a.throttle;
      expect(trace.find('charge')).to.not.have.exception('TypeError');
      expect(trace).to.not.have.tree('test');
    });

    const NEGATED: [title: string, message: string, (found: RecordedTrace) => unknown][] = [
      [
        'a subsegment',
        'expected no subsegment at charge, but one was recorded',
        (found) => expect(found).not.to.have.subsegment('charge'),
      ],
      [
        'an annotation',
        'expected Orders.place not to have the annotation "item", but it is "tea"',
        (found) => expect(found.find('Orders.place')).not.to.have.annotation('item'),
      ],
      ['a flag', 'expected charge not to be a fault', (found) => expect(found.find('charge')).not.to.be.a.fault],
      [
        'an exception',
        'expected charge not to have an exception, but recorded was RangeError: no credit for 36',
        (found) => expect(found.find('charge')).not.to.have.exception(),
      ],
      [
        'a tree',
        'expected another tree than the one that was recorded',
        (found) => expect(found.find('charge')).not.to.have.tree({ name: 'charge' }),
      ],
    ];
    for (const [title, message, assertion] of NEGATED) {
      it(`says that ${title} was recorded after all`, () => {
        expect(failureOf(() => assertion(trace)).message).to.equal(message);
      });
    }
  });

  const CLAIMED: [title: string, message: string, (found: RecordedTrace) => unknown][] = [
    ['a subsegment', 'Did you mean "charge"?', (found) => expect(found).to.have.subsegment('chrge')],
    [
      'a subsegment that is a segment',
      'What was recorded at test is no subsegment.',
      (found) => expect(found).to.have.subsegment('test'),
    ],
    [
      'an annotation',
      'expected Orders.place to have the annotation "item" "coffee", but it is "tea"',
      (found) => expect(found.find('Orders.place')).to.have.annotation('item', 'coffee'),
    ],
    [
      'metadata',
      'expected Orders.place to have the metadata of "till" "sum", but it has paid',
      (found) => expect(found.find('Orders.place')).to.have.metadata('sum', undefined, 'till'),
    ],
    ['a flag', 'expected Orders.place to be a fault', (found) => expect(found.find('Orders.place')).to.be.a.fault],
    [
      'an exception',
      'expected charge to have the exception TypeError, but recorded was RangeError: no credit for 36',
      (found) => expect(found.find('charge')).to.have.exception(TypeError),
    ],
  ];
  for (const [title, message, assertion] of CLAIMED) {
    describe(`when ${title} is claimed and not there`, () => {
      it('says what is', () => {
        expect(failureOf(() => assertion(trace)).message).to.contain(message);
      });
    });
  }

  describe('when the tree is another', () => {
    it('fails with the diff alone', () => {
      const failure = failureOf(() => expect(trace.find('Orders.place')).to.have.tree({ children: ['charge'] }));

      expect(failure).to.be.instanceOf(chai.AssertionError);
      expect(failure.message).to.contain('+ └─ open  [in progress]');
      expect(failure.showDiff).to.equal(false);
    });
  });

  describe('when the subject is no trace', () => {
    it('says what is needed, negated or not', () => {
      expect(() => expect(7).to.have.subsegment('a')).to.throw(TypeError, 'A recorded trace is needed');
      expect(() => expect({}).to.not.be.a.fault).to.throw(TypeError, 'A recorded trace is needed');
    });
  });
});
