import type { Clock } from '../foundation/clock.js';
import type { Diagnostics } from '../foundation/diagnostics.js';
import { CentralRules } from './central-rules.js';
import { DaemonClient, type SamplingService } from './daemon-client.js';
import type { Decider, Decision } from './decider.js';
import { SYSTEM_TIMERS, type Timers } from './poller.js';
import { RuleUpdates } from './rule-updates.js';
import type { SamplingRequest } from './sampler.js';

/**
 * The rules of an AWS account, or of a daemon that keeps rules itself. They are asked for when the first decision is made, which
 * does not wait for them; where there are none, or none that the request meets, or none younger than an hour, the fallback decides.
 */
export class CentralDecider implements Decider {
  readonly #clock: Clock;
  readonly #fallback: Decider;
  readonly #rules: CentralRules;
  readonly #updates: RuleUpdates;
  readonly #runOutside: (run: () => void) => void;
  #isStarted = false;

  /**
   * @param parts.daemon the daemon's TCP address
   * @param parts.fallback decides without central rules; it is closed with this
   * @param parts.service the name of the service, as its segments have it
   * @param parts.clientId 24 hex digits that tell this process from all others
   * @param parts.isExplicit the user has asked for central rules: a daemon that has none is warned of, once until it has. Else this is
   *   said at the level `debug`, and where something answers that is no sampling service it is asked again after five minutes
   * @param parts.runOutside runs what is to be no part of the trace that asks. Default: as it is
   * @param parts.random a number from 0 up to, and without, 1
   * @param parts.timers default {@link SYSTEM_TIMERS}
   * @param parts.samplingService default: the daemon
   */
  constructor(parts: {
    readonly clock: Clock;
    readonly daemon: { readonly host: string; readonly port: number };
    readonly fallback: Decider;
    readonly diagnostics: Diagnostics;
    readonly service: string;
    readonly clientId: string;
    readonly isExplicit: boolean;
    readonly runOutside?: (run: () => void) => void;
    readonly random?: () => number;
    readonly timers?: Timers;
    readonly samplingService?: SamplingService;
  }) {
    const { random = Math.random, timers = SYSTEM_TIMERS } = parts;
    this.#clock = parts.clock;
    this.#fallback = parts.fallback;
    this.#runOutside = parts.runOutside ?? ((run) => run());
    this.#rules = new CentralRules(random);
    const service = parts.samplingService ?? new DaemonClient({ ...parts, timers });
    this.#updates = new RuleUpdates({ ...parts, rules: this.#rules, service, timers, random });
  }

  get isBlind(): boolean {
    return this.#rules.isEmpty && this.#fallback.isBlind === true;
  }

  decide(request: SamplingRequest): Decision {
    if (!this.#isStarted) this.#start();
    if (this.#rules.isEmpty) return this.#fallback.decide(request);
    const now = this.#clock.now();
    const rule = this.#rules.find(request, now);
    if (rule !== undefined) return rule.decide(now);
    if (this.#rules.isOver(now) && !this.#updates.isAsking) this.#runOutside(() => this.#updates.askAgain());
    return this.#fallback.decide(request);
  }

  #start(): void {
    this.#isStarted = true;
    this.#runOutside(() => this.#updates.start());
  }

  close(): void {
    this.#isStarted = true;
    this.#updates.close();
    this.#fallback.close();
  }
}
