import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from 'typedi';
import { Annotate, Recorder, Traced } from 'radiograph';
import { CallerLeft, NotFound, PaymentDeclined, PaymentThrottled, PaymentUnavailable } from './errors.js';
import type { Payment } from './payments.js';
import type { Reply, Request } from './traced-server.js';

/** The payment gateway, a service of its own with a trace of its own. Each bank behind it has its character. */
@Service()
@Traced()
export class Gateway {
  readonly #asked = new Set<string>();

  constructor(private readonly recorder: Recorder) {}

  async answer({ route, body, gone }: Request): Promise<Reply> {
    if (route !== 'POST /authorizations') throw new NotFound(`there is no ${route}`);
    const payment = JSON.parse(body) as Payment;
    this.recorder.annotate('reference', payment.reference);
    await this.ask(payment.card.slice(payment.card.indexOf('@') + 1), payment, gone);
    return { status: 200, body: { outcome: 'authorized' } };
  }

  private async ask(@Annotate('bank') bank: string, { reference, cents }: Payment, gone: AbortSignal): Promise<void> {
    await sleep(10 + (cents % 20));
    switch (bank) {
      case 'frugal':
        throw new PaymentDeclined('insufficient funds');
      case 'vigilant':
        throw new PaymentDeclined('suspected of fraud');
      case 'crowded':
        throw new PaymentThrottled('too many payments at once');
      case 'drowsy':
        if (this.#isNew(reference)) throw new PaymentUnavailable('still waking up');
        return;
      case 'closed':
        throw new PaymentUnavailable('closed until Monday');
      case 'silent':
        if (!gone.aborted) await once(gone, 'abort');
        throw new CallerLeft('the shop did not wait any longer');
      default: // every other bank pays
    }
  }

  /** Whether the payment is asked for the first time. */
  #isNew(reference: string): boolean {
    return this.#asked.size < this.#asked.add(reference).size;
  }
}
