/**
 * Why a request is not answered as wished. Radiograph reads `status` by itself: 4xx is an error, 429 a throttle and 5xx a
 * fault. Anything else that is thrown is a bug, and a fault.
 */
export abstract class ShopError extends Error {
  abstract readonly status: number;
  /** The word for it in the answer. */
  abstract readonly outcome: string;
}

/** The request is no order. */
export class MalformedOrder extends ShopError {
  readonly status = 400;
  readonly outcome = 'malformed';
}

/** The bank says no. */
export class PaymentDeclined extends ShopError {
  readonly status = 402;
  readonly outcome = 'declined';
}

/** There is no such page, or no such item. */
export class NotFound extends ShopError {
  readonly status = 404;
  readonly outcome = 'not-found';
}

/** Fewer are left than were asked for. */
export class OutOfStock extends ShopError {
  readonly status = 409;
  readonly outcome = 'out-of-stock';
}

/** Whoever asked has gone before there was an answer. */
export class CallerLeft extends ShopError {
  readonly status = 499;
  readonly outcome = 'caller-left';
}

/** The bank has too much to do. */
export class PaymentThrottled extends ShopError {
  readonly status = 429;
  readonly outcome = 'throttled';
}

/** The bank cannot be reached, now or at all. */
export class PaymentUnavailable extends ShopError {
  readonly status = 503;
  readonly outcome = 'unavailable';
}

/** The bank did not answer in time; whether it took the money nobody knows. */
export class PaymentTimedOut extends ShopError {
  readonly status = 504;
  readonly outcome = 'timed-out';
}
