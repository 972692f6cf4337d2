// Needs Payments, as any service needs another.
// #region orders
import { Traced } from 'radiograph';
import { Service } from 'typedi';
import { Payments } from './payments.js';

@Service()
export class Orders {
  constructor(private readonly payments: Payments) {}

  @Traced()
  place(id: string): string {
    return this.payments.refuse(id);
  }

  @Traced()
  cancel(id: string): string {
    return `${id} cancelled`;
  }
}
// #endregion
