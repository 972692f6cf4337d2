// When a value is read: arguments before the call, results after it.
import { Metadata, Traced } from 'radiograph';
import { recordTrace } from 'radiograph/testing';

// #region moments
class Sorter {
  @Traced({ captureArguments: true, captureResult: true })
  @Metadata('length', function (this: Sorter, list: readonly string[]) {
    return list.length;
  })
  async sort(list: string[]): Promise<string[]> {
    list.sort();
    return list;
  }
}

const { trace } = await recordTrace(async () => {
  const sorted = await new Sorter().sort(['b', 'a']);
  sorted.push('c'); // too late for the trace
});
console.log(JSON.stringify(trace.find('Sorter.sort').metadata));
// #endregion
