import type { ConfigurationProblem } from '../foundation/errors.js';
import type { Sampler } from '../sampling/sampler.js';
import { nearest } from '../foundation/nearest.js';
import { accepts, printGiven, type OptionCheck } from './option.js';

/** So many traces of each second, and a share of the rest. */
export interface RateSampling {
  /** The share of what goes beyond `perSecond`, 0 to 1. */
  readonly rate: number;
  /** Traces of each second that are always recorded; a whole number. Default 0. */
  readonly perSecond?: number;
}

/** Which traces are recorded, where the incoming header does not say. */
export type Sampling = 'all' | 'none' | RateSampling | Sampler;

const MEMBERS: Readonly<Record<string, OptionCheck>> = {
  rate: accepts(
    (value) => typeof value === 'number' && value >= 0 && value <= 1,
    'a fraction from 0 to 1',
    (value) =>
      typeof value === 'number' && value > 1 && value <= 100
        ? `For ${value} % write ${value / 100}.`
        : value === undefined
          ? 'It has to be given: write rate: 0 to record perSecond alone, 0.05 for 5 % more.'
          : 'Write 0.05 for 5 %.',
  ),
  perSecond: accepts(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    'a whole number from 0',
    'Write how many traces of each second are always recorded.',
  ),
};

/** Whether the value is a sampler of the user's own. */
export function isSampler(value: unknown): value is Sampler {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Sampler>).isSampled === 'function';
}

/** @see Sampling */
export function checkSampling(value: unknown, path: string): ConfigurationProblem[] {
  if (value === 'all' || value === 'none' || isSampler(value)) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const allowed = "'all', 'none', { rate, perSecond }, or an object with the method isSampled";
    const remedy =
      typeof value === 'number' && value >= 0 && value <= 1
        ? `Write { rate: ${value} }.`
        : "Write 'all' to record every trace.";
    return [{ option: path, given: printGiven(value), allowed, remedy }];
  }
  const given = value as Record<string, unknown>;
  const unknown = Object.keys(given)
    .filter((member) => !Object.hasOwn(MEMBERS, member))
    .map((member): ConfigurationProblem => {
      const meant = nearest(member, Object.keys(MEMBERS));
      const remedy = meant === undefined ? 'Remove it.' : `Did you mean ${path}.${meant}?`;
      return {
        option: `${path}.${member}`,
        given: printGiven(given[member]),
        allowed: 'only rate and perSecond',
        remedy,
      };
    });
  const wrong = Object.entries(MEMBERS).flatMap(([member, check]) =>
    member === 'perSecond' && given[member] === undefined ? [] : check(given[member], `${path}.${member}`),
  );
  return [...unknown, ...wrong];
}
