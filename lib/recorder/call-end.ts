import type { CallSite } from './call-site.js';
import type { Engine } from './engine.js';
import type { Frame } from './frame.js';

// The last guard between the recorder and the caller of a traced method. An engine throws from none of these on its own account;
// its clock may, and so may an engine that is stubbed, or that another copy of the package made.

/** Tells the frame's engine that the call has answered. Never throws. */
export function leave(frame: Frame, site: CallSite, result: unknown): void {
  try {
    frame.engine.leave(frame, site, result);
  } catch (failure) {
    reportFailure(frame.engine, failure);
  }
}

/** Tells the frame's engine that the call has thrown. Never throws. */
export function fail(frame: Frame, site: CallSite, thrown: unknown): void {
  try {
    frame.engine.fail(frame, site, thrown);
  } catch (failure) {
    reportFailure(frame.engine, failure);
  }
}

/** Tells the frame's engine that nothing will ever end the call. Never throws. */
export function abandon(frame: Frame, site: CallSite, elapsedMillis: number): void {
  try {
    frame.engine.abandon(frame, site, elapsedMillis);
  } catch (failure) {
    reportFailure(frame.engine, failure);
  }
}

/** Has the engine, if there is one, count and say that recording failed. Never throws. */
export function reportFailure(engine: Engine | undefined, failure: unknown): void {
  try {
    engine?.reportFailure(failure);
  } catch {
    // Nobody is left to be told.
  }
}
