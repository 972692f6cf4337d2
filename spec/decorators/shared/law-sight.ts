import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Member, World } from '../../support/random-method.js';

/** The rejections that nobody handles, in the place of mocha, which would fail for them. */
export class Rejections {
  readonly #reasons: unknown[] = [];
  readonly #note = (reason: unknown): void => void this.#reasons.push(reason);
  readonly #pass = (): void => undefined;
  #others: NodeJS.UnhandledRejectionListener[] = [];

  listen(): void {
    this.#others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', this.#note);
    // Promises of the random methods are awaited late, which Node would warn of.
    process.on('rejectionHandled', this.#pass);
  }

  ignore(): void {
    process.off('unhandledRejection', this.#note);
    process.off('rejectionHandled', this.#pass);
    for (const listener of this.#others) process.on('unhandledRejection', listener);
  }

  /** Those since it was last asked. */
  async take(): Promise<unknown[]> {
    // They are told when the microtasks are over.
    await turn();
    return this.#reasons.splice(0);
  }
}

/** What can be seen of one side of a comparison, by what it is about. */
export type Seen = Map<string, unknown>;

/** All that is seen of the calls of the members, and of the process after them. */
export async function driveAll(
  world: World,
  members: readonly Member[],
  rejections: Rejections,
  beforeEach?: (driven: number) => void,
): Promise<Seen> {
  const seen: Seen = new Map();
  for (const [driven, member] of members.entries()) {
    beforeEach?.(driven);
    seen.set(`a call of ${String(member.name)}`, await world.drive(member));
  }
  await world.rest();
  const unhandled = (await rejections.take()).map((reason) => world.word(reason));
  seen.set('unhandled rejections', unhandled.toSorted());
  return seen.set('runs of lazy queries', world.thens);
}

/** @throws AssertionError with the first that differs */
export function expectSame(actual: Seen, expected: Seen): void {
  for (const [what, seen] of expected) {
    const [one, other] = [JSON.stringify(actual.get(what)), JSON.stringify(seen)];
    if (one !== other) expect.fail(`${what}: the traced one shows\n${one}\nand the untraced one\n${other}`);
  }
}
