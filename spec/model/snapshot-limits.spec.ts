import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { DataPolicy, type MetadataLimits } from '#lib/model/data-policy.js';
import { HOSTILE_VALUES } from '../support/hostile.js';
import { addChild, makeSegment, parseDocuments } from '../support/model.js';
import { startRecording } from '../support/recording.js';

const write = (value: unknown, limits: MetadataLimits = {}): string =>
  new DataPolicy({ limits }).snapshot('value', value);
const read = (value: unknown, limits?: MetadataLimits): unknown => JSON.parse(write(value, limits));

/** Counts what is asked of a proxy, and of all objects that it hands out. */
function counted(target: object): { proxy: object; asked: Record<string, number> } {
  const asked: Record<string, number> = {};
  const count = (trap: string): void => void (asked[trap] = (asked[trap] ?? 0) + 1);
  const handler: ProxyHandler<object> = {
    get: (holder, key, receiver) => (count(`get ${String(key)}`), count('get'), Reflect.get(holder, key, receiver)),
    ownKeys: (holder) => (count('ownKeys'), Reflect.ownKeys(holder)),
    getOwnPropertyDescriptor: (holder, key) => (count('descriptor'), Reflect.getOwnPropertyDescriptor(holder, key)),
    getPrototypeOf: (holder) => (count('getPrototypeOf'), Reflect.getPrototypeOf(holder)),
    has: (holder, key) => (count('has'), Reflect.has(holder, key)),
  };
  return { proxy: new Proxy(target, handler), asked };
}

describe('The limits of a snapshot', () => {
  describe('when a text is large', () => {
    it('keeps its beginning and says how long it was', () => {
      const text = read('é'.repeat(5_000_000)) as string;

      expect(text).to.match(/^é{8000,}…\[cut: 5000000 characters\]$/);
      expect(Buffer.byteLength(JSON.stringify(text))).to.be.within(16_380, 16_384);
    });

    it('keeps what stands beside it in an object', () => {
      const copy = read({ first: 'x'.repeat(1_000_000), second: 'y'.repeat(1_000_000), third: { status: 500 } });

      expect(copy).to.deep.include({ third: { status: 500 } });
      expect(copy)
        .to.have.property('second')
        .that.matches(/^y{3000,}…\[cut: 1000000 characters\]$/);
    });

    it('keeps one that fits to the byte', () => {
      for (const length of [253, 254]) expect(read('x'.repeat(length), { bytes: 256 })).to.equal('x'.repeat(length));
      expect(read('x'.repeat(255), { bytes: 256 })).to.match(/^x{200,}…\[cut: 255 characters\]$/);
    });

    it('cuts no character in two', () => {
      expect(read('😀'.repeat(200), { bytes: 256 })).to.match(/^(?:😀)+…\[cut: 400 characters\]$/u);
    });

    it('marks a secret that stands on the edge', () => {
      const secret = 'postgres://app:zqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzq@db';
      for (let length = 150; length < 300; length += 1) {
        expect(write(`${'x'.repeat(length)}${secret}${'y'.repeat(300)}`, { bytes: 256 })).not.to.contain('zq');
      }
    });
  });

  it('are kept at every size of value, by UTF-8 bytes, and what is cut is JSON still', () => {
    const limits = { depth: fc.integer({ min: 1, max: 6 }), breadth: fc.integer({ min: 1, max: 20 }), bytes: fc.integer({ min: 256, max: 2000 }) }; // prettier-ignore
    const large = fc.oneof(
      fc.anything({ maxDepth: 6, maxKeys: 40, withMap: true, withSet: true, withBigInt: true, withTypedArray: true, withDate: true }),
      fc.string({ unit: 'binary', minLength: 100, maxLength: 3000 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 60 }),
      fc.dictionary(fc.string({ unit: 'binary', maxLength: 300 }), fc.anything(), { maxKeys: 60 }),
    ); // prettier-ignore
    fc.assert(
      fc.property(large, fc.record(limits), (value, limited) => {
        const text = write(value, limited);

        expect(Buffer.byteLength(text)).to.be.at.most(limited.bytes);
        expect(() => JSON.parse(text)).not.to.throw();
      }),
      { numRuns: 2000 },
    );
  });

  it('are kept where many lists within each other say how much more there was', () => {
    const tree = (depth: number): unknown => (depth === 0 ? 1 : [tree(depth - 1), tree(depth - 1), 0]);
    const record = (depth: number): unknown =>
      depth === 0 ? 1 : { a: record(depth - 1), b: record(depth - 1), c: 0, d: new Set([1, 2, 3]) };
    const policy = new DataPolicy({ limits: { breadth: 2, bytes: 16_384 } });

    for (const value of [tree(13), record(13)]) {
      const text = policy.snapshot('k', value);
      expect(() => JSON.parse(text) as unknown).not.to.throw();
      expect(Buffer.byteLength(text)).to.be.within(8000, 16_384);
    }
  });

  it('are those that were given', () => {
    expect(read({ a: { b: { c: 1 } } }, { depth: 2 })).to.deep.equal({ a: { b: '[too deep]' } });
    expect(read({ a: [1, 2, 3, 4], b: 1, c: 2, d: 3 }, { breadth: 2 })).to.deep.equal({
      a: [1, 2, '[2 more]'],
      b: 1,
      '…': '[2 more]',
    });
  });

  it('names a number too long to be written', () => {
    expect(read(10n ** 400_000n)).to.equal('[more than 1000 digits]');
    expect(read(-(10n ** 999n))).to.have.length(1001);
  });

  describe('when the value counts what is asked of it', () => {
    it('asks of a proxy what JSON.stringify asks, once for each member', () => {
      const { proxy, asked } = counted({ a: 1, b: { c: 2 }, value: 3, name: 'x' });

      expect(read({ proxy })).to.deep.equal({ proxy: { a: 1, b: { c: 2 }, value: 3, name: 'x' } });
      expect(asked).to.deep.equal({
        'get': 5, 'get toJSON': 1, 'get a': 1, 'get b': 1, 'get value': 1, 'get name': 1, 'ownKeys': 1, 'descriptor': 4,
      }); // prettier-ignore
    });

    it('asks the same of a list of ten thousand and of twenty thousand: in proportion to what is written', () => {
      const countsOf = (length: number): Record<string, number> => {
        const { proxy, asked } = counted(Array.from({ length }, (_, index) => index));
        write(proxy);
        return { get: asked['get'] ?? 0 };
      };

      expect(countsOf(10_000)).to.deep.equal(countsOf(20_000));
      expect(countsOf(10_000)['get']).to.be.at.most(1010);
    });

    it('asks the same of large and of larger objects, maps and sets', () => {
      const countOf = (length: number): number => {
        let count = 0;
        const item = (): object => ({ get x() { return (count += 1); } }); // prettier-ignore
        const items = Array.from({ length }, item);
        write(Object.fromEntries(items.map((each, index) => [`k${index}`, each])));
        write(new Map(items.map((each, index) => [index, each])));
        write(new Set(items));
        return count;
      };

      expect(countOf(20_000)).to.equal(countOf(10_000)).and.to.be.at.most(3000);
    });

    it('runs toJSON and each getter once, and those beyond the limits never', () => {
      const ran: string[] = [];
      const value = {
        toJSON() {
          ran.push('toJSON');
          return { get a() { ran.push('a'); return 1; }, get b() { ran.push('b'); return 2; } }; // prettier-ignore
        },
      };
      write([value], { breadth: 1 });

      expect(ran).to.deep.equal(['toJSON', 'a']);
    });

    it('reads name and message of an error once, also where they are its own members', () => {
      const reads: string[] = [];
      const error = new Error('x');
      for (const key of ['name', 'message', 'code']) {
        Object.defineProperty(error, key, { enumerable: true, get: () => (reads.push(key), key) });
      }

      expect(read(error)).to.deep.equal({ name: 'name', message: 'message', code: 'code' });
      expect(reads).to.deep.equal(['name', 'message', 'code']);
    });

    it('runs no methods that a subclass of a built-in class has of its own', () => {
      const trap = (): never => {
        throw new Error('ran');
      };
      const traps = { get: trap };
      const hostile = [
        Object.defineProperties(new Map([[1, 2]]), { size: traps, entries: traps, [Symbol.iterator]: traps }),
        Object.defineProperties(new Set([1]), { size: traps, values: traps, [Symbol.iterator]: traps }),
        Object.defineProperties(new Date(0), { getTime: traps, toISOString: traps, toJSON: traps }),
        Object.defineProperties(Object('x') as object, { valueOf: traps, toString: traps }),
        Object.defineProperties(new Uint8Array(3), { byteLength: traps, length: traps }),
        Object.defineProperties([1, 2], { [Symbol.iterator]: traps, map: traps }),
        Object.defineProperties(/a+/g, { source: traps, toString: traps }),
      ];

      expect(read(hostile)).to.deep.equal([
        [[1, 2]], [1], '1970-01-01T00:00:00.000Z', 'x', '[3 bytes]', [1, 2], '/a+/',
      ]); // prettier-ignore
    });
  });

  it('hold for every hostile value', () => {
    for (const [what, make] of Object.entries(HOSTILE_VALUES)) {
      const text = write({ deep: [make()] }, { bytes: 1000, depth: 5, breadth: 10 });

      expect(Buffer.byteLength(text), what).to.be.at.most(1000);
    }
  });

  it('let go of what was cut while the segment is open', async () => {
    const recording = startRecording();
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const segment = makeSegment(recording.engine);
    const used = (): number => (collectGarbage(), process.memoryUsage().heapUsed);
    const before = used();
    for (let count = 0; count < 12; count += 1) {
      const large = (name: string): string => `${name}${count}: ${'x'.repeat(1_000_000)}`.replace('x', '');
      addChild(segment)
        .metadata({ text: large('a'), inside: { text: large('b') } })
        .annotate(`annotation${count}`, large('c'))
        .http({ request: { url: large('d') } })
        .sql({ url: large('e') })
        .aws({ queueUrl: large('f') })
        .error(new Error(large('g').slice(0, 500_000)));
    }

    expect(used() - before).to.be.below(8_000_000);
    expect(parseDocuments(segment)).to.have.length.above(1);
    await recording.stop();
  });
});
