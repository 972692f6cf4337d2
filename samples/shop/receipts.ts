import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from 'typedi';
import { Annotate, Recorder, Traced, Untraced } from 'radiograph';

/** What a receipt says, and to whom. */
export interface Receipt {
  readonly number: string;
  readonly cents: number;
  readonly email: string;
}

interface Job {
  readonly receipt: Receipt;
  /** The trace of the request that asked for it, as text: it would survive a real queue. */
  readonly carrier: string;
}

const WORK_EVERY_MILLIS = 25;
const DELIVERY_MILLIS = 8;

/** Sends receipts in the background, after the customer has been answered. */
@Service()
@Traced()
export class Receipts {
  readonly #queue: Job[] = [];
  readonly #timer = setInterval(() => this.#work(), WORK_EVERY_MILLIS);
  #delivered: Promise<unknown> = Promise.resolve();

  constructor(private readonly recorder: Recorder) {}

  enqueue(receipt: Receipt): void {
    this.#queue.push({ receipt, carrier: this.recorder.carrier() });
  }

  async deliver(@Annotate('mail_host', hostOf) receipt: Receipt): Promise<void> {
    const letter = this.write(receipt);
    await sleep(DELIVERY_MILLIS); // stands for the mail server
    if (receipt.email.startsWith('full@')) throw new MailboxFull(`${letter.length} characters did not fit`);
  }

  @Traced({ captureResult: true })
  write({ number, cents }: Receipt): string {
    return `Thank you for order ${number}. You paid ${(cents / 100).toFixed(2)}.`;
  }

  /** Sends what is left, and stops. */
  @Untraced()
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#work();
    await this.#delivered;
  }

  /** A timer belongs to no request: `resume` makes each job part of the trace that it came from. */
  #work(): void {
    const jobs = this.#queue
      .splice(0)
      .map(({ receipt, carrier }) =>
        this.recorder.resume(carrier, 'send receipt', () => this.deliver(receipt), { segmentName: 'shop-receipts' }),
      );
    // The customer has been answered long ago: what failed is told by its trace alone.
    this.#delivered = Promise.allSettled([this.#delivered, ...jobs]);
  }
}

class MailboxFull extends Error {}

function hostOf({ email }: Receipt): string {
  return email.slice(email.indexOf('@') + 1);
}
