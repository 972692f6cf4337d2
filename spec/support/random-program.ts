import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Metadata, Traced, type Recorder } from '#lib/index.js';
import type { RecordedEntity } from '#lib/testing/index.js';

/** A program to be recorded: what it does is what has to be found in the trace. */
export interface Program {
  /** How it is recorded. */
  readonly style: 'capture' | 'traced' | 'by hand';
  /** What it waits for before it calls its children, and after. */
  readonly wait: 'nothing' | 'microtask' | 'turn';
  readonly isParallel: boolean;
  readonly throws: boolean;
  readonly children: readonly Program[];
}

const CALLS_DEEP = 5;

/** Programs up to five calls deep. */
export const programs: fc.Arbitrary<Program> = programsOf(CALLS_DEEP);

function programsOf(depth: number): fc.Arbitrary<Program> {
  const children = depth === 1 ? fc.constant([]) : fc.array(programsOf(depth - 1), { maxLength: 3 });
  return fc.record({
    style: fc.constantFrom('capture', 'traced', 'by hand'),
    wait: fc.constantFrom('nothing', 'microtask', 'turn'),
    isParallel: fc.boolean(),
    throws: fc.boolean(),
    children,
  });
}

/** What a program leaves in a trace: how it was recorded, whether it failed, and the same of its children. */
export interface Outline {
  readonly style: string;
  readonly throws: boolean;
  readonly children: readonly Outline[];
}

export function outlineOf({ style, throws, children }: Program): Outline {
  return { style, throws, children: children.map(outlineOf) };
}

/** The outline of what was recorded; children in the order in which the program has them. */
export function outlineRecorded(entity: RecordedEntity): Outline {
  const children = entity.children.toSorted((one, other) => positionOf(one) - positionOf(other)).map(outlineRecorded);
  return { style: entity.name, throws: entity.isFault, children };
}

/** Runs programs against a recorder. */
export class ProgramRunner {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Never rejects: a program that throws is the outline's business. */
  async run(program: Program): Promise<void> {
    try {
      await this.#start(program, 0, false);
    } catch (thrown) {
      if (!(thrown instanceof ProgramError)) throw thrown;
    }
  }

  async #start(program: Program, position: number, isConcurrent: boolean): Promise<void> {
    if (program.style === 'traced') return this.traced(program, position);
    if (program.style === 'capture') {
      return this.#recorder.capture('capture', async (subsegment) => {
        subsegment.metadata('position', position);
        await this.#body(program);
      });
    }
    // Begun before the first wait, it would be current for the siblings that are started next.
    if (isConcurrent) await Promise.resolve();
    const begun = this.#recorder.beginSubsegment('by hand');
    begun.metadata('position', position);
    try {
      await this.#body(program);
      begun.close();
    } catch (thrown) {
      begun.close({ error: thrown });
      throw thrown;
    }
  }

  @Traced('traced')
  @Metadata('position', (_program: Program, position: number) => position)
  async traced(program: Program, _position: number): Promise<void> {
    await this.#body(program);
  }

  async #body({ wait, isParallel, throws, children }: Program): Promise<void> {
    await pause(wait);
    if (isParallel) {
      const runs = children.map((child, position) => this.#start(child, position, true));
      const results = await Promise.allSettled(runs);
      for (const result of results) if (result.status === 'rejected') expectProgramError(result.reason);
    } else {
      for (const [position, child] of children.entries())
        await this.#start(child, position, false).catch(expectProgramError);
    }
    await pause(wait);
    if (throws) throw new ProgramError('as the program says');
  }
}

class ProgramError extends Error {}

function expectProgramError(thrown: unknown): void {
  if (!(thrown instanceof ProgramError)) throw thrown;
}

async function pause(wait: Program['wait']): Promise<void> {
  if (wait === 'microtask') await Promise.resolve();
  if (wait === 'turn') await turn();
}

function positionOf({ metadata }: RecordedEntity): number {
  return Number(metadata['default']?.['position']);
}
