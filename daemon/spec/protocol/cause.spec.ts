import { expect } from 'chai';
import type { JsonValue } from '#lib/protocol/json.js';
import { readCause } from '#lib/protocol/cause.js';

describe('readCause', () => {
  describe('when the exception was recorded elsewhere', () => {
    const forms: Record<string, JsonValue> = {
      'an id (Python, Go)': '00000000000000AB',
      'an object with an id alone (Node, on a segment)': { id: '00000000000000ab' },
      'an object with an id and no exceptions (Node, on a subsegment)': { id: '00000000000000ab', exceptions: [] },
    };
    for (const [what, cause] of Object.entries(forms)) {
      it(`answers a reference for ${what}`, () => {
        expect(readCause({ cause })).to.deep.include({ reference: '00000000000000ab', exceptions: [] });
      });
    }
  });

  describe('when the cause is a text that is no id', () => {
    it('takes it for a message', () => {
      expect(readCause({ cause: 'disk full' })?.exceptions).to.have.nested.property('[0].message', 'disk full');
    });
  });

  describe('when there is nothing to tell', () => {
    for (const cause of ['', null, 7, [], {}, { exceptions: [] }, { exceptions: 'x' }, { exceptions: [null, 1] }]) {
      it(`answers nothing for ${JSON.stringify(cause)}`, () => {
        expect(readCause({ cause })).to.equal(undefined);
      });
    }
  });

  it('reads exceptions and the frames it can make sense of', () => {
    const cause = {
      working_directory: '/app',
      exceptions: [
        { id: 'A', type: '', message: 'no', cause: 'B', stack: [{ path: 'a.ts', line: null, label: 'f' }, null, {}] },
        { id: 'b', stack: 'none' },
      ],
    };

    expect(readCause({ cause })).to.deep.equal({
      workingDirectory: '/app',
      reference: undefined,
      exceptions: [
        {
          id: 'a',
          type: undefined,
          message: 'no',
          causeId: 'b',
          frames: [
            { label: 'f', path: 'a.ts', line: undefined },
            { label: undefined, path: undefined, line: undefined },
          ],
        },
        { id: 'b', type: undefined, message: undefined, causeId: undefined, frames: [] },
      ],
    });
  });
});
