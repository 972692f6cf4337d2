import { nearest } from '../foundation/nearest.js';
import { printTrace } from './print-trace.js';
import { everyEntity, type RecordedEntity } from './recorded-entity.js';

/**
 * One step to an entity, or several: a name; names joined by `>`, which no name contains; a pattern for a name; or a function that
 * says yes. A segment answers to its name and to its operation.
 */
export type PathStep = string | RegExp | ((entity: RecordedEntity) => boolean);

/** Steps to an entity: each is somewhere below the one before, not only directly. */
export type Path = readonly [PathStep, ...PathStep[]];

/** Every entity at the path, in the order in which they are printed. */
export function search(roots: readonly RecordedEntity[], path: readonly PathStep[]): RecordedEntity[] {
  return walk(roots, readPath(path)).at(-1) ?? [];
}

/** What to say when nothing is at the path: which step failed, the nearest name, and all that was recorded. */
export function explainMiss(roots: readonly RecordedEntity[], path: readonly PathStep[]): string {
  const steps = readPath(path);
  if (roots.length === 0) return `Nothing was recorded, so there is nothing at ${steps.map(printStep).join(' > ')}.`;
  const reached = walk(roots, steps);
  const failed = reached.findIndex((found) => found.length === 0);
  const step = steps[failed] as PathStep;
  const above = steps.slice(0, failed).map(printStep).join(' > ');
  const scope = failed === 0 ? roots : (reached[failed - 1] ?? []).flatMap(({ children }) => children);
  const meant = typeof step === 'string' ? nearestName(step, scope, roots) : '';
  const where = above === '' ? 'Nothing recorded' : `Nothing recorded below ${above}`;
  return `${where} ${printClaim(step)}.${meant}\n\nRecorded was:\n\n${printTrace({ roots })}`;
}

function nearestName(step: string, scope: readonly RecordedEntity[], roots: readonly RecordedEntity[]): string {
  const below = nearest(step, [...new Set(everyEntity(scope).flatMap(namesOf))]);
  if (below !== undefined) return ` Did you mean "${below}"?`;
  return everyEntity(roots).some((entity) => isAt(entity, step)) ? ' It was recorded elsewhere.' : '';
}

/** For each step, the entities that it leads to. */
function walk(roots: readonly RecordedEntity[], steps: readonly PathStep[]): RecordedEntity[][] {
  const reached: RecordedEntity[][] = steps.map(() => []);
  // For each entity, which steps those above it have taken.
  const pending = roots.toReversed().map((entity) => ({ entity, taken: new Set([-1]) }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { entity, taken } = next;
    const further = new Set(taken);
    for (const [index, step] of steps.entries()) {
      if (!taken.has(index - 1) || !isAt(entity, step)) continue;
      reached[index]?.push(entity);
      further.add(index);
    }
    for (const child of entity.children.toReversed()) pending.push({ entity: child, taken: further });
  }
  return reached;
}

function isAt(entity: RecordedEntity, step: PathStep): boolean {
  if (typeof step === 'function') return step(entity);
  // `search` minds neither where a global pattern stopped before nor that it is global.
  return namesOf(entity).some((name) => (typeof step === 'string' ? name === step : name.search(step) >= 0));
}

function namesOf({ name, isSegment, annotations }: RecordedEntity): string[] {
  const { operation } = annotations;
  return isSegment && typeof operation === 'string' ? [name, operation] : [name];
}

function readPath(path: readonly PathStep[]): PathStep[] {
  const steps = path.flatMap((step): PathStep[] => {
    if (typeof step === 'string') return step.split('>').map((name) => name.trim());
    if (step instanceof RegExp || typeof step === 'function') return [step];
    throw new TypeError(
      `A step of a path is a name, a RegExp or a function of an entity; it was given ${String(step)}.`,
    );
  });
  if (steps.length === 0 || steps.includes('')) {
    throw new TypeError("A path names at least one step, and no empty one: find('Orders.place > charge').");
  }
  return steps;
}

function printStep(step: PathStep): string {
  if (typeof step === 'function') return step.name === '' ? 'a function' : `the function ${step.name}`;
  return typeof step === 'string' ? `"${step}"` : String(step);
}

function printClaim(step: PathStep): string {
  if (typeof step === 'string') return `is called ${printStep(step)}`;
  return step instanceof RegExp ? `has a name like ${printStep(step)}` : `satisfies ${printStep(step)}`;
}
