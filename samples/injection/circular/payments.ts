// Needs Orders, which needs this: by a token and late.
// #region payments
import { inject, Traced } from 'radiograph';
import { Service } from 'typedi';
import { ORDERS } from './tokens.js';

@Service()
export class Payments {
  @Traced()
  refuse(id: string): string {
    return inject(ORDERS).cancel(id); // asked for when it is needed, not when this object is made
  }
}
// #endregion
