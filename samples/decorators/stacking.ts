// Several decorators on one method make one subsegment.
import { Annotate, Metadata, Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region stacking
class Reports {
  @Traced('report of {class}')
  @Annotate('format', 'pdf')
  @Traced({ name: 'print report', captureResult: true })
  @Metadata('paper', 'A4')
  print(): string {
    return 'printed';
  }
}
// #endregion

const { trace } = await recordTrace(() => new Reports().print());
console.log(printTrace(trace));
console.log(JSON.stringify(trace.find('print report').metadata));
