/** Seconds after which a client reports again; SDKs poll in steps of ten. */
export const reportIntervalSeconds = 10;

/**
 * Seconds for which a quota is good: one interval, up to 0.2 for the SDKs' jitter, one since they compare whole
 * seconds, and the rest for an answer that is slow. Longer would bridge a lost report, but what a client gives back,
 * and what one that went quiet had, is free for others only when this is over.
 */
export const quotaSeconds = 15;

/** Seconds without a report after which a client counts no more: it may miss one and not two. */
const liveSeconds = 25;

/** Clients remembered of one rule. */
const maxClients = 1000;

/** Quotas of one client that are not over yet: more only where it reports many times within one of them. */
const maxGrants = 8;

const neverSeen = Number.NEGATIVE_INFINITY;

/** What a client says of itself when it asks for a quota. */
export interface QuotaRequest {
  readonly clientId: string;
  /** Requests that matched the rule since the last report. */
  readonly requests: number;
  /** The rule's reservoir as it is now, requests per second. */
  readonly size: number;
  readonly nowSeconds: number;
}

/** What a client may take from the reservoir. */
export interface Quota {
  /** Requests per second, a whole number. */
  readonly perSecond: number;
  /** The last whole second, since 1970, in which it may. */
  readonly untilSecond: number;
}

interface Client {
  lastSeenSeconds: number;
  /** Requests per second, smoothed. */
  demand: number;
  /** Turns had while there were more clients than requests to give. */
  turns: number;
  /** What it was last given, per second. */
  latest: number;
  /** What it was given and is not over; each lower, and good for longer, than the one before. */
  grants: Quota[];
}

/**
 * Divides a rule's reservoir among the clients that ask for a part of it.
 *
 * The law: in every whole second, the quotas that are good in it sum up to no more than the reservoir. A quota counts
 * until its own end, also when its client went quiet or was given a lower one since, for nobody knows whether the
 * lower one has arrived; of several, a client can use but one, so the largest counts. A quota is therefore
 *
 *     min(share, size − Σ over the others of the largest that is good)
 *
 * and a reservoir made smaller holds within `quotaSeconds`: until then nothing is given that adds to the excess.
 *
 * The share, while there is one for each: 1, and of the rest a part as large as the client's part of all requests,
 * rounded so that all shares make up the size. Nobody starves, and traces stand for the traffic. A newcomer waits for
 * what the others have to give back: one interval and `quotaSeconds` at the most.
 *
 * The share, while there are more clients than requests to give: 1 or 0, in turns of one interval each. Who waits begins
 * a turn when more is free than clients wait that had fewer turns. Who has one goes on while enough is left for those, or
 * will be when others that have one, and had more, give theirs up. So nobody waits for longer than two rounds.
 *
 * Times are whole seconds since 1970, as clients compare them. When the clock is set back, what seems to be good for
 * longer than any quota is cut to that.
 */
export class Reservoir {
  readonly #clients = new Map<string, Client>();

  /** The quota of a client until its next report. */
  grant({ clientId, requests, size, nowSeconds }: QuotaRequest): Quota {
    const now = Math.floor(nowSeconds);
    this.#settle(now);
    const untilSecond = now + quotaSeconds;
    const client = this.#clients.get(clientId) ?? this.#admit(clientId);
    if (client === undefined) {
      return { perSecond: 0, untilSecond };
    }
    note(client, requests, nowSeconds);
    const others = Array.from(this.#clients.values()).filter((each) => each !== client);
    const free = size - sum(others.map(largestGrant));
    const quota = {
      perSecond: Math.max(0, Math.min(this.#shareOf(clientId, client, { size, free }), free)),
      untilSecond,
    };
    if (size < this.#live().length && quota.perSecond > 0) {
      client.turns += 1;
    }
    client.latest = quota.perSecond;
    keep(client.grants, quota);
    return quota;
  }

  /** What the quotas that are good at a time sum up to, the largest of each client. */
  outstanding(nowSeconds: number): number {
    this.#settle(Math.floor(nowSeconds));
    return sum(Array.from(this.#clients.values(), largestGrant));
  }

  /** Clients remembered. */
  get clients(): number {
    return this.#clients.size;
  }

  #shareOf(clientId: string, client: Client, { size, free }: { size: number; free: number }): number {
    const live = this.#live();
    if (size >= live.length) {
      return proportionalShare(clientId, live, size);
    }
    const others = live.filter(([, each]) => each !== client).map(([, each]) => each);
    const missing = others.filter(({ latest, turns }) => latest === 0 && turns < client.turns).length;
    if (client.latest === 0) {
      return free > missing ? 1 : 0;
    }
    const holders = others.filter(({ latest }) => latest > 0);
    const ahead = holders.filter(({ turns }) => turns > client.turns).length;
    return size - holders.length + ahead > missing ? 1 : 0;
  }

  /** All who count; after `#settle`, those who do not are remembered only for what they still have. */
  #live(): (readonly [id: string, client: Client])[] {
    return Array.from(this.#clients).filter(([, { lastSeenSeconds }]) => lastSeenSeconds >= this.#liveSince);
  }

  #liveSince = 0;

  #settle(now: number): void {
    this.#liveSince = now - liveSeconds;
    for (const [id, client] of this.#clients) {
      client.lastSeenSeconds = Math.min(client.lastSeenSeconds, now + 1);
      client.grants = client.grants
        .filter(({ untilSecond }) => untilSecond >= now)
        .map((grant) => ({ ...grant, untilSecond: Math.min(grant.untilSecond, now + quotaSeconds) }));
      if (client.grants.length === 0) {
        client.latest = 0;
        if (client.lastSeenSeconds < this.#liveSince) {
          this.#clients.delete(id);
        }
      }
    }
  }

  /** A new client; undefined when there are too many, and all of them have something. */
  #admit(clientId: string): Client | undefined {
    if (this.#clients.size >= maxClients) {
      const [quietest] = Array.from(this.#clients)
        .filter(([, client]) => largestGrant(client) === 0)
        .toSorted(([, left], [, right]) => left.lastSeenSeconds - right.lastSeenSeconds);
      if (quietest === undefined) {
        return undefined;
      }
      this.#clients.delete(quietest[0]);
    }
    const turns = this.#live().reduce((least, [, each]) => Math.min(least, each.turns), Number.MAX_SAFE_INTEGER);
    const client: Client = {
      lastSeenSeconds: neverSeen,
      demand: 0,
      // Neither before those who wait nor behind what they had while this one was not here.
      turns: turns === Number.MAX_SAFE_INTEGER ? 0 : turns,
      latest: 0,
      grants: [],
    };
    this.#clients.set(clientId, client);
    return client;
  }
}

/** Half of the demand is the last report's, so that one quiet interval does not cost a client its share. */
function note(client: Client, requests: number, nowSeconds: number): void {
  const isFirst = client.lastSeenSeconds === neverSeen;
  const elapsed = isFirst ? reportIntervalSeconds : Math.max(1, nowSeconds - client.lastSeenSeconds);
  const demand = requests / elapsed;
  client.demand = isFirst ? demand : (client.demand + demand) / 2;
  client.lastSeenSeconds = nowSeconds;
}

/** By largest remainders: the shares of all are whole numbers of at least 1, and sum up to the size. */
function proportionalShare(
  clientId: string,
  live: readonly (readonly [id: string, client: Client])[],
  size: number,
): number {
  const total = sum(live.map(([, { demand }]) => demand));
  const rest = size - live.length;
  const exact = live.map(([id, { demand }]) => ({ id, part: rest * (total > 0 ? demand / total : 1 / live.length) }));
  const left = rest - sum(exact.map(({ part }) => Math.floor(part)));
  const byRemainder = exact.toSorted((one, other) => (other.part % 1) - (one.part % 1) || (one.id < other.id ? -1 : 1));
  const rank = byRemainder.findIndex(({ id }) => id === clientId);
  const own = byRemainder[rank]?.part ?? 0;
  return 1 + Math.floor(own) + (rank < left ? 1 : 0);
}

function largestGrant({ grants }: Client): number {
  // Each is lower than the one before.
  return grants[0]?.perSecond ?? 0;
}

function keep(grants: Quota[], quota: Quota): void {
  while ((grants.at(-1)?.perSecond ?? Infinity) <= quota.perSecond) {
    grants.pop();
  }
  if (grants.length === maxGrants) {
    grants.pop();
    const last = grants.at(-1);
    if (last !== undefined) {
      // As if the lower ones had never been: more is held back than need be, never less.
      grants[grants.length - 1] = { ...last, untilSecond: quota.untilSecond };
    }
    return;
  }
  grants.push(quota);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
