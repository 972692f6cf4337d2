import { expect } from 'chai';
import * as fc from 'fast-check';
import { nearest } from '#lib/foundation/nearest.js';
import { TracingOptions } from '#lib/configuration/tracing-options.js';

const OPTIONS = Object.keys(new TracingOptions());

describe('nearest', () => {
  const meant: Record<string, string> = {
    servce: 'service',
    sevrice: 'service',
    Service: 'service',
    services: 'service',
    samping: 'sampling',
    sampler: 'sampling',
    contexMissing: 'contextMissing',
    context_missing: 'contextMissing',
    contextmissing: 'contextMissing',
    demonAddress: 'daemonAddress',
    daemonAdress: 'daemonAddress',
    daemon_address: 'daemonAddress',
    loglevel: 'logLevel',
    log_level: 'logLevel',
    looger: 'logger',
    enable: 'enabled',
    enbaled: 'enabled',
    beforesend: 'beforeSend',
    classifyErrors: 'classifyError',
    errorDetail: 'errorDetails',
    emiter: 'emitter',
  };
  for (const [word, option] of Object.entries(meant)) {
    it(`takes ${word} for ${option}`, () => {
      expect(nearest(word, OPTIONS)).to.equal(option);
    });
  }

  for (const word of ['plugins', 'maximumBackoff', 'x', '', 'region', 'name']) {
    it(`takes ${JSON.stringify(word)} for none`, () => {
      expect(nearest(word, OPTIONS)).to.equal(undefined);
    });
  }

  it('finds nothing among nothing', () => {
    expect(nearest('service', [])).to.equal(undefined);
  });

  const word = fc.string({ unit: fc.constantFrom(...'abcdefgh'.split('')), minLength: 1, maxLength: 12 });

  it('finds a word that is there', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1 }), fc.nat(), (words, pick) => {
        const exact = words[pick % words.length] as string;
        expect(nearest(exact, words)).to.equal(exact);
      }),
    );
  });

  it('finds the word from which one letter was lost, doubled, replaced or swapped', () => {
    const edits: ((text: string, at: number) => string)[] = [
      (text, at) => text.slice(0, at) + text.slice(at + 1),
      (text, at) => text.slice(0, at + 1) + text.slice(at),
      (text, at) => `${text.slice(0, at)}z${text.slice(at + 1)}`,
      (text, at) =>
        text.slice(0, at) +
        text
          .slice(at, at + 2)
          .split('')
          .toReversed()
          .join('') +
        text.slice(at + 2),
    ];
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom(...edits), (text, at, edit) => {
        expect(nearest(edit(text, at % text.length), [text])).to.equal(text);
      }),
    );
  });

  it('answers one of the candidates or none', () => {
    fc.assert(
      fc.property(word, fc.array(word), (text, words) => {
        expect([...words, undefined]).to.include(nearest(text, words));
      }),
    );
  });
});
