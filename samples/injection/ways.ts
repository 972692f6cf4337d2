// The ways in which a service comes by the recorder.
// #region constructor
import 'reflect-metadata';
import { Container, Inject, Service, Token } from 'typedi';
import { Recorder, Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

@Service()
class Payments {
  constructor(private readonly recorder: Recorder) {}

  @Traced()
  charge(cents: number): number {
    this.recorder.annotate('cents', cents);
    return this.recorder.capture('sign', () => cents);
  }
}
// #endregion

// #region property
@Service()
class Refunds {
  @Inject()
  private readonly recorder!: Recorder;

  @Traced()
  refund(cents: number): void {
    this.recorder.annotate('cents', -cents);
  }
}
// #endregion

// #region token
const CURRENCY = new Token<string>('currency');
Container.set(CURRENCY, 'EUR');

@Service()
class Invoices {
  constructor(
    private readonly recorder: Recorder,
    @Inject(CURRENCY) private readonly currency: string,
  ) {}

  @Traced()
  write(): void {
    this.recorder.annotate({ currency: this.currency });
  }
}
// #endregion

// #region container
function audit(what: string): void {
  Container.get(Recorder).metadata('audit', what);
}
// #endregion

const { trace } = await recordTrace(() => {
  Container.get(Payments).charge(700);
  Container.get(Refunds).refund(200);
  Container.get(Invoices).write();
  audit('day closed');
});
console.log(printTrace(trace));
