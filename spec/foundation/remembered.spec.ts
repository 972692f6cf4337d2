import { expect } from 'chai';
import { Remembered } from '#lib/foundation/remembered.js';

/** Answers with the text's length, and counts how often it was asked. */
function makeCounted(): { readonly lengths: Remembered<{ readonly length: number }>; readonly asked: string[] } {
  const asked: string[] = [];
  const lengths = new Remembered((text) => {
    asked.push(text);
    return { length: text.length };
  });
  return { lengths, asked };
}

describe('Remembered', () => {
  it('finds the answer to a text once', () => {
    const { lengths, asked } = makeCounted();

    expect(lengths.of('order')).to.equal(lengths.of('order'));
    expect(asked).to.deep.equal(['order']);
  });

  it('answers for any text, as it was given', () => {
    const { lengths, asked } = makeCounted();
    const texts = ['', '__proto__', 'constructor', '\uD800', 'naïve', '"\n'];

    for (const text of texts) lengths.of(text);
    expect(asked).to.deep.equal(texts);
  });

  describe('when texts come without end', () => {
    it('answers all, and remembers a thousand at most', () => {
      const { lengths, asked } = makeCounted();
      for (let number = 0; number < 2500; number += 1) expect(lengths.of(`order ${number}`).length).to.be.above(6);
      lengths.of('order 2499');
      expect(asked).to.have.length(2500);

      lengths.of('order 0');
      expect(asked).to.have.length(2501);
    });
  });

  describe('when a text is longer than a name', () => {
    it('answers it, and does not keep it', () => {
      const { lengths, asked } = makeCounted();
      const text = 'x'.repeat(201);

      expect(lengths.of(text).length).to.equal(201);
      expect(lengths.of(text).length).to.equal(201);
      expect(asked).to.have.length(2);
    });
  });
});
