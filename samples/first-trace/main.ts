// The example of the README: one decorated class, one trace, sent to the daemon on 127.0.0.1:2000.
// #region first-trace
import 'reflect-metadata';
import { Container, Service } from 'typedi';
import { Annotate, Recorder, Traced, TracingModule } from 'radiograph';

@Service()
@Traced() // every method becomes a subsegment: "Kitchen.roast", "Kitchen.plate"
class Kitchen {
  constructor(private readonly recorder: Recorder) {}

  async roast(@Annotate('dish') dish: string, @Annotate('minutes') minutes: number): Promise<string> {
    if (minutes > 60) throw new RangeError(`${dish} would burn`);
    this.recorder.metadata('oven', { degrees: 180, fan: true });
    return this.plate(dish);
  }

  plate(dish: string): string {
    return `${dish}, served`;
  }
}

const tracing = TracingModule.forRoot({ service: 'kitchen', sampling: 'all' });
const kitchen = Container.get(Kitchen);
await tracing.recorder.trace('POST /dinner', () => kitchen.roast('duck', 45));
await tracing.recorder.trace('POST /dinner', () => kitchen.roast('duck', 90)).catch(() => 'it is in the trace');
await tracing.close();
// #endregion
