import { expect } from 'chai';
import type { SegmentDocument } from 'radiograph';
import { startTracing } from './options.js';

describe('The options of the private data guide', () => {
  it('keep out what they say, and leave the rest', async () => {
    const documents: SegmentDocument[] = [];
    const tracing = startTracing({
      emit: (text) => documents.push(JSON.parse(text) as SegmentDocument),
      flush: async () => undefined,
      close: async () => undefined,
    });
    tracing.recorder.trace('op', () => {
      tracing.recorder.metadata({
        login: { user: 'wangari', birthday: '1940-04-01', Customer_Number: 'c-1', csrfToken: 'x-1' },
        cart: { items: [{ sku: 'lamp', note: 'behind the door' }] },
        profile: { home: { phone: '555-1' }, phone: '555-2', mail: 'write to wangari@forest.example soon' },
        headers: { 'X-Internal-Route': 'r-1' },
        long: 'x'.repeat(5000),
      });
    });
    await tracing.close();
    const { metadata } = documents[0] ?? {};

    expect(metadata?.['default']).to.deep.include({
      login: { user: 'wangari', birthday: '[redacted]', Customer_Number: '[redacted]', csrfToken: 'x-1' },
      cart: { items: [{ sku: 'lamp', note: '[redacted]' }] },
      profile: { home: { phone: '[redacted]' }, phone: '[redacted]', mail: 'write to [redacted] soon' },
      headers: { 'X-Internal-Route': '[redacted]' },
    });
    expect(metadata?.['default']?.['long']).to.match(/^x{4000,}…\[cut: 5000 characters\]$/);
  });
});
