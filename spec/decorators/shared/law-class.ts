import type { Member, World } from '../../support/random-method.js';

/** A decorator as the compiler takes it on anything, in either dialect. */
export type Wear = (...place: unknown[]) => never;

/** Three decorators, from the uppermost to the lowest. */
export interface Worn {
  readonly top: Wear;
  readonly mid: Wear;
  readonly low: Wear;
}

const SYMBOL = Symbol('by symbol');

/** All that a class of {@link lawClass} declares, by the name that its decorators have in a wardrobe. */
export const MEMBERS = {
  plain: { name: 'plain', kind: 'method', isStatic: false },
  later: { name: 'later', kind: 'method', isStatic: false },
  rows: { name: 'rows', kind: 'method', isStatic: false },
  pages: { name: 'pages', kind: 'method', isStatic: false },
  withCallback: { name: 'withCallback', kind: 'callback', isStatic: false },
  reading: { name: 'reading', kind: 'getter', isStatic: false },
  writing: { name: 'writing', kind: 'setter', isStatic: false },
  bySymbol: { name: SYMBOL, kind: 'method', isStatic: false },
  hidden: { name: 'hidden', kind: 'method', isStatic: false },
  quoted: { name: 'a text, quoted', kind: 'method', isStatic: false },
  seven: { name: '7', kind: 'method', isStatic: false },
  fixed: { name: 'fixed', kind: 'method', isStatic: true },
  fixedLater: { name: 'fixedLater', kind: 'method', isStatic: true },
  fixedRows: { name: 'fixedRows', kind: 'method', isStatic: true },
  fixedPages: { name: 'fixedPages', kind: 'method', isStatic: true },
  fixedReading: { name: 'fixedReading', kind: 'getter', isStatic: true },
} as const satisfies Readonly<Record<string, Member>>;

/** What each member wears, and the class itself. */
export type Wardrobe = Readonly<Record<keyof typeof MEMBERS | 'whole', Worn>>;

interface Above {
  plain?(...args: unknown[]): unknown;
  later?(...args: unknown[]): unknown;
  rows?(...args: unknown[]): unknown;
  pages?(...args: unknown[]): unknown;
  withCallback?(...args: unknown[]): unknown;
}

/** A class whose bodies are those of a world. */
export type LawClass = new () => object;

class Root {}

/** Every shape of a member, decorated by what the compiler makes of decorators. */
export function lawClass(world: World, wear: Wardrobe, Parent: new () => Above = Root): LawClass {
  @wear.whole.top
  @wear.whole.mid
  @wear.whole.low
  class Lawful extends Parent {
    readonly recorder: unknown = undefined;

    @wear.plain.top
    @wear.plain.mid
    @wear.plain.low
    override plain(...args: unknown[]): unknown {
      return world.run('plain', this, args, (...more) => super.plain?.(...more));
    }

    @wear.later.top
    @wear.later.mid
    @wear.later.low
    override async later(first: unknown, second: unknown = 'default', ...rest: unknown[]): Promise<unknown> {
      const args = [first, second, ...rest];
      return await world.runLater('later', this, args, (...more) => super.later?.(...more));
    }

    @wear.rows.top
    @wear.rows.mid
    @wear.rows.low
    override *rows(...args: unknown[]): Generator<unknown, unknown, unknown> {
      return yield* world.generate('rows', this, args, (...more) => super.rows?.(...more));
    }

    @wear.pages.top
    @wear.pages.mid
    @wear.pages.low
    override async *pages(...args: unknown[]): AsyncGenerator<unknown, unknown, unknown> {
      return yield* world.generateLater('pages', this, args, (...more) => super.pages?.(...more));
    }

    @wear.withCallback.top
    @wear.withCallback.mid
    @wear.withCallback.low
    override withCallback(callback: unknown, ...args: unknown[]): unknown {
      return world.runWithCallback('withCallback', this, [callback, ...args], undefined);
    }

    @wear.reading.top
    @wear.reading.mid
    @wear.reading.low
    get reading(): unknown {
      return world.run('reading', this, [], undefined);
    }

    @wear.writing.top
    @wear.writing.mid
    @wear.writing.low
    set writing(value: unknown) {
      world.run('writing', this, [value], undefined);
    }

    @wear.bySymbol.top
    @wear.bySymbol.mid
    @wear.bySymbol.low
    [SYMBOL](...args: unknown[]): unknown {
      return world.run(SYMBOL, this, args, undefined);
    }

    @wear.hidden.top
    @wear.hidden.mid
    @wear.hidden.low
    private hidden(first: unknown, second: unknown, ...rest: unknown[]): unknown {
      return world.run('hidden', this, [first, second, ...rest], () => this.hidden.name);
    }

    @wear.quoted.top
    @wear.quoted.mid
    @wear.quoted.low
    async 'a text, quoted'({ length }: ArrayLike<unknown> = [], ...args: unknown[]): Promise<unknown> {
      return await world.runLater('a text, quoted', this, [length, ...args], undefined);
    }

    @wear.seven.top
    @wear.seven.mid
    @wear.seven.low
    *7(...args: unknown[]): Generator<unknown, unknown, unknown> {
      return yield* world.generate('7', this, args, undefined);
    }

    @wear.fixed.top
    @wear.fixed.mid
    @wear.fixed.low
    static fixed(...args: unknown[]): unknown {
      return world.run('fixed', this, args, undefined);
    }

    @wear.fixedLater.top
    @wear.fixedLater.mid
    @wear.fixedLater.low
    static async fixedLater(...args: unknown[]): Promise<unknown> {
      return await world.runLater('fixedLater', this, args, undefined);
    }

    @wear.fixedRows.top
    @wear.fixedRows.mid
    @wear.fixedRows.low
    static *fixedRows(...args: unknown[]): Generator<unknown, unknown, unknown> {
      return yield* world.generate('fixedRows', this, args, undefined);
    }

    @wear.fixedPages.top
    @wear.fixedPages.mid
    @wear.fixedPages.low
    static async *fixedPages(...args: unknown[]): AsyncGenerator<unknown, unknown, unknown> {
      return yield* world.generateLater('fixedPages', this, args, undefined);
    }

    @wear.fixedReading.top
    @wear.fixedReading.mid
    @wear.fixedReading.low
    static get fixedReading(): unknown {
      return world.run('fixedReading', this, [], undefined);
    }
  }
  return Lawful;
}
