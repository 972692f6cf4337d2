import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Service, Token } from 'typedi';
import { Annotate, Recorder, Traced, TRACE_HEADER } from 'radiograph';
import { PaymentDeclined, PaymentThrottled, PaymentTimedOut, PaymentUnavailable } from './errors.js';

/** What is to be paid. */
export interface Payment {
  /** Asked twice for the same reference, the gateway charges once. */
  readonly reference: string;
  /** `number@bank`; the number is nobody's business and is never recorded. */
  readonly card: string;
  readonly cents: number;
}

/** Where the payment gateway listens. */
export const GATEWAY_URL = new Token<string>('GATEWAY_URL');

const ATTEMPTS = 2;
const BACK_OFF_MILLIS = 20;
const TIMEOUT_MILLIS = 750;

/** Collects the money through a gateway that has good days and bad days. */
@Service()
@Traced()
export class Payments {
  constructor(
    private readonly recorder: Recorder,
    @Inject(GATEWAY_URL) private readonly gateway: string,
  ) {}

  /**
   * Charges the card; a gateway that is unavailable is asked a second time.
   *
   * @throws PaymentDeclined, PaymentThrottled, PaymentUnavailable, PaymentTimedOut
   */
  async charge(@Annotate('bank', bankOf) payment: Payment): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.authorize(payment, attempt);
        return;
      } catch (error) {
        if (!(error instanceof PaymentUnavailable) || attempt === ATTEMPTS) throw error;
      }
      await this.recorder.capture('back off', () => sleep(BACK_OFF_MILLIS));
    }
  }

  /** One call over the wire. The gateway is traced too, so the trace goes along in a header and comes out as one. */
  @Traced({ name: 'payment-gateway', namespace: 'remote' })
  async authorize(payment: Payment, attempt: number): Promise<void> {
    const url = `${this.gateway}/authorizations`;
    const call = this.recorder.current;
    call.annotate('attempt', attempt).http({ request: { method: 'POST', url, traced: true } });
    const response = await fetch(url, {
      method: 'POST',
      headers: { [TRACE_HEADER]: this.recorder.header() },
      body: JSON.stringify(payment),
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    }).catch(explain);
    call.http({ response: { status: response.status } });
    const { message } = (await response.json()) as { readonly message?: string };
    if (response.status === 402) throw new PaymentDeclined(message);
    if (response.status === 429) throw new PaymentThrottled(message);
    if (!response.ok) throw new PaymentUnavailable(message);
  }
}

function bankOf({ card }: Payment): string {
  return card.slice(card.indexOf('@') + 1);
}

function explain(cause: Error): never {
  if (cause.name === 'TimeoutError') throw new PaymentTimedOut(`no answer in ${TIMEOUT_MILLIS} ms`, { cause });
  throw new PaymentUnavailable('the gateway cannot be reached', { cause });
}
