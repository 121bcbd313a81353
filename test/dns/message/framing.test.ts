import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deframe, frame, newDeframer } from '../../../src/dns/message/framing.ts';
import { fromBuffer } from '../../../src/dns/octets.ts';

const messages = fc.array(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => fromBuffer(bytes)),
  { maxLength: 6 },
);

describe('deframe', () => {
  it('finds the messages in whatever pieces they come', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 50 })), (sent, sizes) => {
        const stream = Buffer.concat(sent.map(frame));
        const deframer = newDeframer();
        const got = [];
        let at = 0;
        for (const size of sizes) {
          if (at >= stream.length) break;
          got.push(...deframe(deframer, stream.subarray(at, at + size)));
          at += size;
        }
        if (at < stream.length) got.push(...deframe(deframer, stream.subarray(at)));
        expect(got).toEqual(sent);
      }),
    );
  });

  it('takes one octet at a time', () => {
    const deframer = newDeframer();
    const got = [...frame(fromBuffer(Buffer.from('abc')))].flatMap((octet) => deframe(deframer, Buffer.from([octet])));
    expect(got).toEqual(['abc']);
  });

  it('holds back what is not complete', () => {
    const deframer = newDeframer();
    expect(deframe(deframer, Buffer.from([0, 3, 97, 98]))).toEqual([]);
    expect(deframe(deframer, Buffer.from([99]))).toEqual(['abc']);
  });
});
