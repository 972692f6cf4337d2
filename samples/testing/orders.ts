// What the specs beside it are about.
// #region orders
import { Service } from 'typedi';
import { Annotate, Recorder, Traced } from 'radiograph';

@Service()
@Traced()
export class Orders {
  constructor(private readonly recorder: Recorder) {}

  async place(@Annotate('item') item: string, count: number): Promise<number> {
    this.recorder.metadata('basket', { item, count });
    const reserved = await this.reserve(count);
    await Promise.all([this.charge(reserved), this.pack(item)]);
    return reserved;
  }

  async reserve(count: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return count;
  }

  async charge(count: number): Promise<void> {
    if (count > 9) throw new RangeError(`no credit for ${count}`);
  }

  async pack(_item: string): Promise<void> {}
}
// #endregion
