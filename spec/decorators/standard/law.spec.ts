import fc from 'fast-check';
import { randomMethods, World, type Member, type RandomMethod } from '../../support/random-method.js';
import { startRecording } from '../../support/recording.js';
import type { Wear } from '../shared/law-class.js';
import { driveAll, expectSame, Rejections } from '../shared/law-sight.js';
import { nothing, traced, type Choice } from '../shared/law-wardrobe.js';

const MEMBERS: readonly Member[] = ['plain', 'later', 'rows', 'pages', 'fixed', 'field', 'reading'].map((name) => ({
  name,
  kind: name === 'reading' ? 'getter' : 'method',
  isStatic: name === 'fixed',
}));

const CLASSES = 700;

type Reach = (name: PropertyKey, args: unknown[]) => unknown;

/** What the standard dialect alone can decorate: members that only their class can reach, fields and auto-accessors. */
function makeSecretive(world: World, wear: readonly Wear[]): { readonly object: object; readonly reach: Reach } {
  const [plain, later, rows, pages, fixed, field, reading] = wear as [Wear, Wear, Wear, Wear, Wear, Wear, Wear];
  class Secretive {
    @plain
    #plain(...args: unknown[]): unknown {
      return world.run('plain', this, args, undefined);
    }

    @later
    async #later(...args: unknown[]): Promise<unknown> {
      return await world.runLater('later', this, args, undefined);
    }

    @rows
    *#rows(...args: unknown[]): Generator<unknown, unknown, unknown> {
      return yield* world.generate('rows', this, args, undefined);
    }

    @pages
    async *#pages(...args: unknown[]): AsyncGenerator<unknown, unknown, unknown> {
      return yield* world.generateLater('pages', this, args, undefined);
    }

    @fixed
    static #fixed(...args: unknown[]): unknown {
      return world.run('fixed', this, args, undefined);
    }

    @field
    readonly field = (...args: unknown[]): unknown => world.run('field', this, args, undefined);

    @reading
    accessor reading: unknown = world.value(0);

    reach(name: PropertyKey, args: unknown[]): unknown {
      switch (name) {
        case 'plain':
          return this.#plain(...args);
        case 'later':
          return this.#later(...args);
        case 'rows':
          return this.#rows(...args);
        case 'pages':
          return this.#pages(...args);
        case 'fixed':
          return Secretive.#fixed(...args);
        case 'field':
          return Reflect.apply(this.field, undefined, args);
        default:
          this.reading = args[0];
          return this.reading;
      }
    }
  }
  const object = new Secretive();
  return { object, reach: (name, args) => object.reach(name, args) };
}

interface Draft {
  readonly methods: readonly RandomMethod[];
  readonly worn: readonly Choice[];
  readonly isTraced: boolean;
}

const drafts: fc.Arbitrary<Draft> = fc.record({
  methods: fc.array(randomMethods, { minLength: MEMBERS.length, maxLength: MEMBERS.length }),
  worn: fc.array(traced, { minLength: MEMBERS.length, maxLength: MEMBERS.length }),
  isTraced: fc.boolean(),
});

function makeWorld({ methods, worn }: Draft, isTwin: boolean): World {
  const programs = new Map(MEMBERS.map(({ name }, at) => [name, methods[at]!]));
  const world: World = new World(
    MEMBERS,
    programs,
    ({ name }) =>
      (_self, args) =>
        reach(name, args),
  );
  const wear = worn.map((choice) => (isTwin ? nothing : choice.make()));
  const { object, reach } = makeSecretive(world, wear);
  world.itself = object;
  world.know(object, 'the object');
  return world;
}

describe('The law of the traced method, for what only standard decorators can stand on', function law() {
  this.timeout(60_000);
  const rejections = new Rejections();

  before(() => rejections.listen());

  after(() => rejections.ignore());

  it('holds, within a segment and outside', async () => {
    const compare = async (draft: Draft): Promise<void> => {
      const expected = await driveAll(makeWorld(draft, true), MEMBERS, rejections);
      const recording = startRecording();
      try {
        const drive = (): ReturnType<typeof driveAll> => driveAll(makeWorld(draft, false), MEMBERS, rejections);
        expectSame(await (draft.isTraced ? recording.recorder.trace('op', drive) : drive()), expected);
      } finally {
        await recording.stop();
      }
    };
    await fc.assert(fc.asyncProperty(drafts, compare), { numRuns: CLASSES });
  });
});
