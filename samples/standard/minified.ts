// What a minifier makes of names: CI minifies this file with and without the names kept.
import { Traced } from 'radiograph';
import { recordTrace } from 'radiograph/testing';

// #region minified
class Orders {
  @Traced({ captureArguments: true })
  reserve(_sku: string, _count: number): void {}
}

class Invoices {
  @Traced({ name: 'Invoices.write', captureArguments: (sku: string, count: number) => ({ sku, count }) })
  write(_sku: string, _count: number): void {}
}
// #endregion

const { trace } = await recordTrace(() => {
  new Orders().reserve('lamp', 1);
  new Invoices().write('lamp', 1);
});
for (const { name, metadata } of trace.roots.flatMap(({ children }) => children)) {
  console.log(name, JSON.stringify(metadata['default']?.['arguments']));
}
