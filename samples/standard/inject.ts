// Injection into classes that are compiled without decorator metadata.
// #region inject
import { inject, Recorder, Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';
import { Container } from 'typedi';

class Payments {
  private readonly recorder = inject(Recorder);

  @Traced()
  charge(cents: number): void {
    this.recorder.annotate('cents', cents);
  }
}

class Orders {
  private readonly payments = inject(Payments);

  @Traced()
  place(cents: number): void {
    this.payments.charge(cents);
  }
}

Container.set({ id: Payments, type: Payments }); // what @Service() does where there is metadata
const { trace } = await recordTrace(() => new Orders().place(700));
console.log(printTrace(trace));
// #endregion
