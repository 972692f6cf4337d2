import { expect } from 'chai';
import { Annotate, DecorationError, Metadata, Traced, TracedTask, Untraced } from '#lib/index.js';
import { startRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';

/** As JavaScript calls them, or TypeScript behind a cast. */
type Unchecked = (...args: unknown[]) => unknown;

const annotate = Annotate as unknown as Unchecked;
const metadata = Metadata as unknown as Unchecked;
const traced = Traced as unknown as Unchecked;
const task = TracedTask as unknown as Unchecked;
const untraced = Untraced as unknown as Unchecked;
const decorator = Traced() as unknown as Unchecked;
const select = (): number => 1;

class Bare {}

class Stock {
  get size(): number {
    return 1;
  }

  static make(): Stock {
    return new Stock();
  }

  find(): void {}
}

describe(`What a decorator is given, unseen by the compiler (${dialect} decorators)`, () => {
  for (const { what, give, message } of [
    { what: 'an object for an annotation', give: () => annotate('k', {}), message: 'it was given an object' },
    { what: 'a list for an annotation', give: () => annotate('k', [1]), message: 'it was given a list' },
    {
      what: 'a result that is no selector',
      give: () => annotate('k', { result: 1 }),
      message: '@Annotate takes a text, a number, a boolean, a bigint or a Date, a selector of one',
    },
    {
      what: 'an annotation beside a selector of the result',
      give: () => annotate('k', { result: select, other: 1 }),
      message: '@Annotate: { result: selector } has no other members; it was given other',
    },
    {
      what: 'metadata beside a selector of the result',
      give: () => metadata('k', { result: select, other: 1 }),
      message: '@Metadata: { result: selector } has no other members; it was given other',
    },
    { what: 'no key', give: () => annotate(), message: 'it was given nothing' },
    { what: 'an empty key', give: () => metadata(''), message: 'it was given an empty text' },
    { what: 'a third argument of @Annotate', give: () => annotate('k', 1, 'x'), message: "it was given 'x' as well" },
    {
      what: 'a fourth argument of @Metadata',
      give: () => metadata('k', 1, {}, true),
      message: 'the boolean true as well',
    },
    { what: 'options that are none', give: () => metadata('k', 1, 7), message: 'it was given the number 7' },
    {
      what: 'an empty namespace',
      give: () => metadata('k', 1, { namespace: '' }),
      message: 'it was given an empty text',
    },
    {
      what: 'an annotation of an object in options',
      give: () => traced({ annotations: { a: {} } }),
      message: '@Traced: annotations takes a text, a number, a boolean, a bigint or a Date, or a function of the call',
    },
    {
      what: 'an annotation without a key',
      give: () => traced({ annotations: { '': 1 } }),
      message: '@Traced: annotations takes keys that are not empty',
    },
    { what: 'metadata without a key', give: () => traced({ metadata: { '': 1 } }), message: 'metadata takes keys' },
    { what: 'a number for a name', give: () => traced(7), message: 'it was given the number 7' },
    { what: 'two names', give: () => traced('a', 'b'), message: "it was given 'b' as well" },
    {
      what: 'a text for when',
      give: () => traced({ when: 'x' }),
      message: "when takes a function of the call; it was given 'x'",
    },
    { what: 'an empty operation', give: () => task(''), message: '@TracedTask: the operation takes a text' },
    {
      what: 'two operations',
      give: () => task('a', 'b'),
      message: '@TracedTask takes the operation, and nothing more',
    },
    { what: 'an argument of @Untraced', give: () => untraced(7), message: 'it was given the number 7' },
    { what: 'a number to stand on', give: () => decorator(5), message: '@Traced stands on the number 5' },
    { what: 'nothing to stand on', give: () => decorator(), message: '@Traced stands on nothing' },
    { what: 'a function to stand on', give: () => decorator(select), message: 'stands on a function that is no class' },
    {
      what: 'a choice in a class without methods',
      give: () => (traced({ only: ['nope'] }) as Unchecked)(Bare),
      message: 'declares no method "nope". It declares none.',
    },
    {
      what: 'a choice of a static method',
      give: () => (traced({ only: ['make'] }) as Unchecked)(Stock),
      message: 'It is a static method: it takes a decorator of its own.',
    },
    {
      what: 'a choice of an accessor',
      give: () => (traced({ except: ['size'] }) as Unchecked)(Stock),
      message: 'It is an accessor: it takes a decorator of its own.',
    },
  ]) {
    it(`is refused: ${what}`, () => {
      expect(give).to.throw(DecorationError, message);
    });
  }

  it('may be undefined where an option is not meant', () => {
    expect(() => traced({ name: 'x', when: undefined, annotations: undefined })).not.to.throw();
  });
});

describe(`captureArguments (${dialect} decorators)`, () => {
  it('keeps a parameter that is called __proto__', async () => {
    const recording = startRecording();
    class Odd {
      @Traced({ captureArguments: true })
      take(__proto__: string, other: string): string {
        return __proto__ + other;
      }
    }
    recording.recorder.trace('op', () => new Odd().take('one', 'two'));
    const { metadata: kept } = recording.trace().find('Odd.take');
    await recording.stop();

    expect(Object.entries((kept['default'] as { arguments: object }).arguments)).to.deep.equal([
      ['__proto__', 'one'],
      ['other', 'two'],
    ]);
  });
});
