import { expect } from 'chai';
import * as fc from 'fast-check';
import { BodyAllowance, RequestBody } from '#lib/listener/request-body.js';

const maxBytes = 100_000;

function opened(allowance = new BodyAllowance(1_000_000)): RequestBody {
  return new RequestBody({ maxBytes, allowance });
}

describe('RequestBody', () => {
  it('puts together whatever pieces come, and gives back all it took', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4000 }), { maxLength: 20 }), (pieces) => {
        const allowance = new BodyAllowance(1_000_000);
        const body = opened(allowance);
        for (const piece of pieces) {
          body.add(piece);
        }

        expect(Buffer.from(body.content as Uint8Array)).to.deep.equal(Buffer.concat(pieces));
        body.release();
        body.release();
        expect(allowance.left).to.equal(1_000_000);
      }),
    );
  });

  it('takes as many bytes as are allowed, and not one more', () => {
    const body = opened();
    body.add(Buffer.alloc(maxBytes));
    expect(body.content).to.have.length(maxBytes);
    body.add(Buffer.alloc(1));

    expect(body.content).to.equal('too-large');
    expect(body.size).to.equal(maxBytes + 1);
  });

  it('takes no more than twice what has arrived, in whatever pieces', () => {
    const allowance = new BodyAllowance(1_000_000);
    const body = opened(allowance);
    for (let size = 1; size <= maxBytes; size += 1) {
      body.add(Buffer.of(1));
      expect(1_000_000 - allowance.left).to.be.at.most(2 * size);
    }
  });

  describe('when others hold what there is for all', () => {
    it('takes small bodies still, and says of larger ones that there is no room', () => {
      const allowance = new BodyAllowance(50_000);
      const [large, small, larger] = [opened(allowance), opened(allowance), opened(allowance)];
      large.add(Buffer.alloc(60_000));
      small.add(Buffer.alloc(16_384));
      larger.add(Buffer.alloc(30_000));

      expect(large.content).to.have.length(60_000);
      expect(small.content).to.have.length(16_384);
      expect(larger.content).to.equal('no-room');
    });

    it('has room again when one of them is done', () => {
      const allowance = new BodyAllowance(50_000);
      const first = opened(allowance);
      first.add(Buffer.alloc(60_000));
      first.release();
      const second = opened(allowance);
      second.add(Buffer.alloc(60_000));

      expect(second.content).to.have.length(60_000);
    });
  });
});
