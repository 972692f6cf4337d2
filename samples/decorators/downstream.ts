// A method that calls another service, and one whose errors are no faults.
import { Traced } from 'radiograph';
import { printTrace, recordTrace } from 'radiograph/testing';

// #region downstream
class NotFound extends Error {}

class Catalogue {
  @Traced({ name: 'catalogue.example', namespace: 'remote' })
  async fetch(sku: string): Promise<string> {
    return `a page about ${sku}`;
  }

  @Traced({ classifyError: (thrown) => (thrown instanceof NotFound ? 'error' : undefined) })
  find(sku: string): never {
    throw new NotFound(sku);
  }

  @Traced({ when: (size: number) => size > 1000 })
  resize(size: number): number {
    return size / 2;
  }
}
// #endregion

const { trace } = await recordTrace(async () => {
  const catalogue = new Catalogue();
  await catalogue.fetch('lamp');
  catalogue.resize(10);
  catalogue.resize(5000);
  try {
    catalogue.find('nothing');
  } catch {
    // The trace has it.
  }
});
console.log(printTrace(trace));
console.log(trace.find('catalogue.example').document.namespace);
