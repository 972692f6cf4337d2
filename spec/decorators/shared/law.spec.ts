/**
 * The law of the traced method: whatever a method does and is given, and whatever state the recorder is in, its caller and its
 * body see what they would see without decorators.
 *
 * Excluded, because to record at all takes it:
 * - which promise a plain one is: a derived one is answered, and with it the number of ticks until it settles, and how often
 *   `then` of the value that it is fulfilled with is read (not called). Of one promise that several calls answer, each call's
 *   has to be handled by itself; the same goes for what the steps of an async generator answer;
 * - a promise that a selector answers counts as handled, be it the user's own;
 * - on a generator that is followed, own members `next`, `return` and `throw`; on a stream, listeners;
 * - the source of the function (`toString`) and what V8 itself says of its kind (`util.types.isAsyncFunction`); an old-style
 *   `function` used as a constructor;
 * - reads of members, keys and prototypes of what is recorded, of errors, and of `this`, which getters, `toJSON` and proxies notice;
 * - one frame of the stack for each call, and so the depth of recursion.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { createStubInstance } from 'sinon';
import { Container } from 'typedi';
import { Recorder } from '#lib/index.js';
import type { Engine } from '#lib/recorder/engine.js';
import { CustomDecider } from '#lib/sampling/custom-decider.js';
import { randomMethods, World, type Member, type RandomMethod } from '../../support/random-method.js';
import { CountingIdentifiers, FixedClock, startRecording, type SpecRecording } from '../../support/recording.js';
import { dialect } from './dialect.js';
import { lawClass, MEMBERS, type LawClass } from './law-class.js';
import { driveAll, expectSame, Rejections, type Seen } from './law-sight.js';
import { decorateByHand, dress, EMPTY, outfits, type Outfits } from './law-wardrobe.js';

const METHODS_IN_ALL = 50_000;
const ALL: readonly Member[] = Object.values(MEMBERS);

/** A class of random methods. */
interface Draft {
  readonly methods: Readonly<Record<keyof typeof MEMBERS, RandomMethod>>;
  readonly outfits: Outfits;
  readonly inherited: Outfits | undefined;
  readonly by: 'compiler' | 'hand, legacy' | 'hand, standard';
  /** For a recorder that fails: at which call. For one that is closed: after which. */
  readonly nth: number;
}

const drafts: fc.Arbitrary<Draft> = fc.record({
  methods: fc.record(
    Object.fromEntries(Object.keys(MEMBERS).map((name) => [name, randomMethods])) as Record<
      keyof typeof MEMBERS,
      typeof randomMethods
    >,
  ),
  outfits,
  inherited: fc.option(outfits, { nil: undefined, freq: 2 }),
  by: fc.constantFrom('compiler', 'compiler', 'hand, legacy', 'hand, standard'),
  nth: fc.nat(60),
});

/** A side of the comparison, ready to be driven. */
interface Side {
  readonly world: World;
  readonly Class: LawClass;
  readonly object: object;
}

function makeSide(draft: Draft, isTwin: boolean): Side {
  const programs = new Map<PropertyKey, RandomMethod>();
  for (const [key, { name }] of Object.entries(MEMBERS)) programs.set(name, draft.methods[key as keyof typeof MEMBERS]);
  const world = new World(ALL, programs, (member) => {
    const { owner, fn } = find(member);
    return (self, args) => Reflect.apply(fn, self ?? owner, args);
  });
  const make = (chosen: Outfits, Parent?: LawClass): LawClass => {
    const wear = dress(chosen, isTwin);
    if (draft.by === 'compiler') return lawClass(world, wear, Parent);
    const Class = lawClass(world, EMPTY, Parent);
    decorateByHand(Class, wear, draft.by === 'hand, standard');
    return Class;
  };
  const Parent = draft.inherited && make(draft.inherited);
  const Class = make(draft.outfits, Parent);
  const object = new Class();
  world.itself = object;
  world.know(object, 'the object');
  world.know(Class, 'the class');
  const find = (member: Member): { owner: object; fn: (...args: unknown[]) => unknown } => {
    const owner = member.isStatic ? Class : object;
    const holder: object = member.isStatic ? Class : (Class.prototype as object);
    return { owner, fn: functionOf(holder, member)! };
  };
  for (const member of ALL) {
    const { fn } = find(member);
    if (isGeneratorKind(fn)) world.know((fn as { prototype?: unknown }).prototype, `of ${String(member.name)}`);
  }
  return { world, Class, object };
}

function functionOf(holder: object, { name, kind }: Member): ((...args: unknown[]) => unknown) | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  const slot = kind === 'getter' ? 'get' : kind === 'setter' ? 'set' : 'value';
  return descriptor?.[slot] as ((...args: unknown[]) => unknown) | undefined;
}

function isGeneratorKind(fn: object): boolean {
  return /Generator/.test(Object.prototype.toString.call(fn));
}

/** What can be seen of the members without calling them. */
function lookAtMembers({ world, Class }: Side): [string, unknown][] {
  return ALL.map((member) => {
    const holder: object = member.isStatic ? Class : (Class.prototype as object);
    const { configurable, enumerable, writable } = Object.getOwnPropertyDescriptor(holder, member.name)!;
    const fn = functionOf(holder, member)!;
    const ownKeys = Reflect.ownKeys(fn).map(String).toSorted();
    const attributes = ownKeys.map((key) => ({ ...Object.getOwnPropertyDescriptor(fn, key), value: undefined }));
    const metadata = Reflect.getOwnMetadataKeys(fn).map((key: unknown) => [key, Reflect.getOwnMetadata(key, fn)]);
    const seen = [
      [configurable, enumerable, writable],
      [fn.name, fn.length, ownKeys, attributes, metadata],
      [Object.prototype.toString.call(fn), kindOf(fn), isConstructor(fn)],
      isGeneratorKind(fn) && lookAtPrototype(world, fn),
    ];
    return [`the member ${String(member.name)}`, seen];
  });
}

function lookAtPrototype(world: World, fn: object): unknown {
  const { prototype } = fn as { readonly prototype: object };
  return [Reflect.ownKeys(prototype), world.word(Object.getPrototypeOf(prototype))];
}

function kindOf(fn: object): string {
  return (Object.getPrototypeOf(fn) as object).constructor.name;
}

function isConstructor(fn: object): boolean {
  try {
    Reflect.construct(Object, [], fn as () => void);
    return true;
  } catch {
    return false;
  }
}

async function see(side: Side, rejections: Rejections, beforeEach?: (driven: number) => void): Promise<Seen> {
  const members = lookAtMembers(side);
  const calls = await driveAll(side.world, ALL, rejections, beforeEach);
  return new Map([...members, ...calls]);
}

/** A recorder in some state. */
interface Stage {
  /** Calls what it is given where the recorder in this state can hear of it. */
  run(fn: () => Promise<Seen>): Promise<Seen>;
  /** Called before each method is driven. */
  before?(driven: number, object: object): void;
  end(): Promise<void>;
}

function stageOf(recording: SpecRecording, run: Stage['run'], before?: Stage['before']): Stage {
  return { run, ...(before && { before }), end: () => recording.stop() };
}

const within =
  ({ recorder }: SpecRecording): Stage['run'] =>
  (fn) =>
    recorder.trace('op', fn);

function fails(): never {
  throw new Error('the recorder');
}

/** Works until its nth call, and not from then on. */
function failsFrom<Args extends unknown[], Result>(
  nth: number,
  fn: (...args: Args) => Result,
): (...args: Args) => Result {
  let calls = 0;
  return (...args) => {
    calls += 1;
    return calls > nth ? fails() : fn(...args);
  };
}

const UNSAMPLED = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0';

/** What fails in an engine whose every part that users hear of may fail. */
const ENGINE_CALLS = [
  'enter',
  'leave',
  'fail',
  'abandon',
  'elapsed',
  'reportFailure',
] as const satisfies (keyof Engine)[];

const STAGES: readonly { readonly title: string; readonly share: number; begin(draft: Draft): Stage }[] = [
  {
    title: 'records',
    share: 6,
    begin: () => {
      const recording = startRecording();
      return stageOf(recording, async (fn) => {
        const seen = await within(recording)(fn);
        expect(recording.documents()).to.not.be.empty;
        return seen;
      });
    },
  },
  {
    title: 'has no segment open',
    share: 2,
    begin: () => stageOf(startRecording(), (fn) => fn()),
  },
  {
    title: 'does not sample',
    share: 2,
    begin: () => {
      const recording = startRecording();
      return stageOf(recording, (fn) => recording.recorder.resume(UNSAMPLED, 'op', fn));
    },
  },
  {
    title: 'is given parts that throw',
    share: 3,
    begin: ({ nth }) => {
      const logger = { debug: fails, info: fails, warn: fails, error: fails };
      const emitter = { emit: fails, flush: fails, close: fails };
      const parts = [
        { emitter },
        { decider: new CustomDecider({ isSampled: fails }) },
        { beforeSend: fails },
        { classifyError: fails },
        { emitter, decider: new CustomDecider({ isSampled: fails }), beforeSend: fails, classifyError: fails },
      ];
      const recording = startRecording({ ...parts[nth % parts.length] });
      Object.assign(recording.logger, nth % 2 === 0 ? logger : {});
      return stageOf(recording, within(recording));
    },
  },
  {
    title: 'has a clock or ids that fail at some call',
    share: 4,
    begin: ({ nth }) => {
      const clock = new FixedClock();
      const identifiers = new CountingIdentifiers();
      const ids = {
        entity: failsFrom(nth, () => identifiers.entity()),
        trace: failsFrom(nth, () => identifiers.trace()),
      };
      const failing = {
        elapsed: failsFrom(nth * 2, () => clock.elapsed()),
        anchor: failsFrom(nth, () => clock.anchor()),
        now: failsFrom(nth, () => clock.now()),
      };
      const recording = startRecording(nth % 2 === 0 ? { clock: failing } : { identifiers: ids });
      return stageOf(recording, within(recording));
    },
  },
  {
    title: 'has an engine that fails at some call',
    share: 4,
    begin: ({ nth }) => {
      const recording = startRecording();
      return stageOf(recording, within(recording), (driven) => {
        if (driven !== nth % 5) return;
        const broken = ENGINE_CALLS.filter((_name, at) => nth % 6 === at || nth % 7 === 0);
        for (const name of broken) Object.assign(recording.engine, { [name]: fails });
      });
    },
  },
  { title: 'is a stub', share: 3, begin: ({ nth }) => beginStubbed(nth) },
  {
    title: 'is none',
    share: 1,
    begin: () => ({ run: (fn) => fn(), end: async () => undefined }),
  },
  {
    title: 'is closed meanwhile',
    share: 3,
    begin: ({ nth }) => {
      const recording = startRecording();
      return stageOf(recording, within(recording), (driven) => {
        if (driven === nth % ALL.length) void recording.engine.shutDown();
      });
    },
  },
];

/** Stubs in the place of the recorder: in the default container, or in the object itself. */
function beginStubbed(nth: number): Stage {
  const recording = startRecording();
  const stubs: unknown[] = [
    createStubInstance(Recorder),
    {},
    { enter: fails },
    { enter: () => ({}) },
    { enter: () => Promise.reject(new Error('a stub')) },
    Object.assign(new Recorder(), { enter: fails }),
  ];
  const stub = stubs[nth % stubs.length] as Recorder;
  const real = Container.get(Recorder);
  if (nth % 2 === 0) Container.set(Recorder, stub);
  return {
    run: (fn) => (nth % 3 === 0 ? recording.recorder.trace('op', fn) : fn()),
    before: (_driven, object) => void Object.assign(object, { recorder: stub }),
    end: async () => {
      Container.set(Recorder, real);
      await recording.stop();
    },
  };
}

describe(`The law of the traced method (${dialect} decorators)`, function law() {
  this.timeout(120_000);
  const rejections = new Rejections();
  let compared = 0;

  before(() => rejections.listen());

  after(() => rejections.ignore());

  async function compare(draft: Draft, begin: (draft: Draft) => Stage): Promise<void> {
    const expected = await see(makeSide(draft, true), rejections);
    const stage = begin(draft);
    try {
      const side = makeSide(draft, false);
      const actual = await stage.run(() => see(side, rejections, (driven) => stage.before?.(driven, side.object)));
      expectSame(actual, expected);
      compared += ALL.length;
    } finally {
      await stage.end();
    }
  }

  const shares = STAGES.reduce((sum, { share }) => sum + share, 0);
  for (const { title, share, begin } of STAGES) {
    it(`holds where the recorder ${title}`, async () => {
      const numRuns = Math.ceil((METHODS_IN_ALL * share) / shares / ALL.length);
      await fc.assert(
        fc.asyncProperty(drafts, (draft) => compare(draft, begin)),
        { numRuns },
      );
    });
  }

  it(`was held to by ${METHODS_IN_ALL} methods`, () => {
    expect(compared).to.be.at.least(METHODS_IN_ALL);
  });
});
