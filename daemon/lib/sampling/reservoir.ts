/** Seconds after which a client reports again; SDKs poll in steps of ten. */
export const reportIntervalSeconds = 10;

/**
 * Seconds for which a quota is good: one interval, up to 0.2 for the SDKs' jitter, one since they compare whole
 * seconds, and the rest for an answer that is slow. Longer would bridge a lost report, but what a client gives back,
 * and what one that went quiet had, is free for others only when this is over.
 */
export const quotaSeconds = 15;

/** Seconds without a report after which a client counts no more: it may miss one and not two. */
export const liveSeconds = 25;

/** Seconds for which the next report of a client is waited for, before what was kept for it is given to others. */
const awaitedSeconds = 12;

/** Clients remembered of one rule. */
export const maxClients = 1000;

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
  /** Clients that report for any rule. Default those of this one. */
  readonly knownClients?: number;
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
  /** Whether it has reported more than once. */
  isRegular: boolean;
  /** Requests per second, smoothed. */
  demand: number;
  /** What it was last given, per second. */
  latest: number;
  /** When it was last given something, or first nothing after that: since when it has its turn, or waits for one. */
  sinceSeconds: number;
  /** What it was given and is not over; each lower, and good for longer, than the one before. */
  grants: Quota[];
}

/** What is known while one quota is found. */
interface Moment {
  readonly size: number;
  /** What nobody else has. */
  readonly free: number;
  /** All who count, whoever asks among them. */
  readonly live: readonly (readonly [id: string, client: Client])[];
  /** The others that have nothing, have reported more than once, and whose next report is awaited. */
  readonly waiting: readonly Client[];
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
 * rounded so that all shares make up the size. So traces stand for the traffic. One is kept for each client that has
 * none yet and has reported twice, whoever comes and goes meanwhile; it waits for what the others have to give back.
 * In the first seconds of a reservoir, a client gets no more than its part as one of all that report for any rule:
 * those may be about to report for this one.
 *
 * The share, while there are more clients than requests to give: 1 or 0, in turns of one interval each. Who waits is
 * given a turn when more is free than clients wait that began an interval earlier, or more; within an interval, whoever
 * asks first is first, since keeping strictly to the order leaves a tenth more unused. Who has a turn goes on while what
 * the others have leaves enough for those who began to wait before that turn. A client that has reported once only is
 * given what is free beyond one for each that waits, and does not wait in this sense: it may never come again. What is
 * free for who stays away is given to others after 12 seconds.
 *
 * Nobody who goes on reporting starves, whoever comes and goes. Say a client begins to wait at w, and c clients wait an
 * interval later. From then on nobody who begins to wait goes before any of them, and each of them, having had its turn,
 * is one of those. All who have turns are told to stop with their second report after w, at w + 2 intervals; what they
 * had is free 6 seconds later, and given within an interval to one of the c. Each turn of those takes no longer than
 * interval + quotaSeconds + 1, which is 26 seconds: until its client is told to stop, its quota is over, and the next asks.
 * With `size` turns at a time, the client's begins no later than
 *
 *     w + interval + 26 · ceil(c / size)
 *
 * and for one that is new, an interval later than that.
 *
 * Times are whole seconds since 1970, as clients compare them. When the clock is set back, what seems to be good for
 * longer than any quota is cut to that.
 */
export class Reservoir {
  readonly #clients = new Map<string, Client>();
  #begunSeconds = neverSeen;

  /** The quota of a client until its next report. */
  grant({ clientId, requests, size, nowSeconds, knownClients = 0 }: QuotaRequest): Quota {
    const now = Math.floor(nowSeconds);
    this.#settle(now);
    if (this.#clients.size === 0) {
      this.#begunSeconds = now;
    }
    const untilSecond = now + quotaSeconds;
    const client = this.#clients.get(clientId) ?? this.#admit(clientId, nowSeconds);
    if (client === undefined) {
      return { perSecond: 0, untilSecond };
    }
    note(client, requests, nowSeconds);
    const live = Array.from(this.#clients).filter(([, { lastSeenSeconds }]) => lastSeenSeconds >= now - liveSeconds);
    const others = Array.from(this.#clients.values()).filter((each) => each !== client);
    const moment: Moment = {
      size,
      free: size - sum(others.map(largestGrant)),
      live,
      waiting: others.filter((each) => isWaiting(each, now)),
    };
    const isYoung = now - this.#begunSeconds < awaitedSeconds && now >= this.#begunSeconds;
    const most = isYoung && knownClients > live.length ? Math.max(1, Math.floor(size / knownClients)) : Infinity;
    const share = size < live.length ? this.#turnOf(client, moment) : shareOf(clientId, client, moment);
    const quota = { perSecond: Math.max(0, Math.min(share, moment.free, most)), untilSecond };
    if (quota.perSecond > 0 || client.latest > 0) {
      client.sinceSeconds = nowSeconds;
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

  /** 1 or 0, while there are more clients than requests to give. */
  #turnOf(client: Client, { size, free, live, waiting }: Moment): number {
    const since = client.sinceSeconds;
    if (client.latest === 0) {
      const before = client.isRegular
        ? waiting.filter(({ sinceSeconds }) => sinceSeconds < since - reportIntervalSeconds)
        : waiting;
      return free > before.length ? 1 : 0;
    }
    const before = waiting.filter(({ sinceSeconds }) => sinceSeconds < since).length;
    const holders = live.map(([, each]) => each).filter((each) => each !== client && each.latest > 0);
    const quiet = holders.filter(({ sinceSeconds }) => sinceSeconds < since).length;
    return size - 1 - holders.length + quiet >= before ? 1 : 0;
  }

  #settle(now: number): void {
    for (const [id, client] of this.#clients) {
      client.lastSeenSeconds = Math.min(client.lastSeenSeconds, now + 1);
      client.sinceSeconds = Math.min(client.sinceSeconds, now + 1);
      client.grants = client.grants
        .filter(({ untilSecond }) => untilSecond >= now)
        .map((grant) => ({ ...grant, untilSecond: Math.min(grant.untilSecond, now + quotaSeconds) }));
      if (client.grants.length === 0) {
        // Who stayed away beyond its turn waits from now on, and was not waiting all that time.
        client.sinceSeconds = client.latest > 0 ? now : client.sinceSeconds;
        client.latest = 0;
        if (client.lastSeenSeconds < now - liveSeconds) {
          this.#clients.delete(id);
        }
      }
    }
  }

  /** A new client; undefined when there are too many, and all of them have something. */
  #admit(clientId: string, nowSeconds: number): Client | undefined {
    if (this.#clients.size >= maxClients) {
      const [quietest] = Array.from(this.#clients)
        .filter(([, client]) => largestGrant(client) === 0)
        .toSorted(([, left], [, right]) => left.lastSeenSeconds - right.lastSeenSeconds);
      if (quietest === undefined) {
        return undefined;
      }
      this.#clients.delete(quietest[0]);
    }
    const client: Client = {
      lastSeenSeconds: neverSeen,
      isRegular: false,
      demand: 0,
      latest: 0,
      sinceSeconds: nowSeconds,
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
  client.isRegular = !isFirst;
  client.demand = isFirst ? demand : (client.demand + demand) / 2;
  client.lastSeenSeconds = nowSeconds;
}

function isWaiting({ isRegular, latest, lastSeenSeconds }: Client, now: number): boolean {
  return isRegular && latest === 0 && lastSeenSeconds >= now - awaitedSeconds;
}

/** Its part by requests, less what is kept for those who have nothing; 1 at least for who has something already. */
function shareOf(clientId: string, client: Client, { size, free, live, waiting }: Moment): number {
  const share = proportionalShare(clientId, live, size);
  const least = client.latest > 0 || client.isRegular ? 1 : 0;
  return Math.min(share, Math.max(least, free - waiting.length));
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
