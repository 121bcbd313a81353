import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../../src/dns/fault.ts';
import { decodeMessage } from '../../../src/dns/message/decode.ts';
import { encodeMessage } from '../../../src/dns/message/encode.ts';
import { newMessage, newQuestion } from '../../../src/dns/message/message.ts';
import type { Tsig, TsigContext, TsigKey, TsigVerdict } from '../../../src/dns/message/tsig.ts';
import {
  parseTsigKey,
  refuseSignature,
  signMessage,
  TSIG_ERROR,
  tsigLength,
  verifyMessage,
} from '../../../src/dns/message/tsig.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { octets, readU32 } from '../../../src/dns/octets.ts';

const algorithms = ['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-md5'] as const;
const key = parseTsigKey('hmac-sha256:Transfer.Example:MTIzNDU2Nzg5MGFiY2RlZg==');
const keys = new Map([[key.name, key]]);
const now = 1_700_000_000;
const query = encodeMessage(newMessage({ id: 4711, questions: [newQuestion(parseName('example.com.'), 252)] }));

function verify(message: Octets, context: TsigContext = { now }, known = keys): TsigVerdict {
  return verifyMessage(message, decodeMessage(message).tsig as Tsig, known, context);
}

describe('a signed message', () => {
  it.each(algorithms)('is verified with the same key: %s', (algorithm) => {
    const other: TsigKey = { ...key, algorithm };
    const { message, mac } = signMessage(query, other, { now });
    expect(message.length).toBe(query.length + tsigLength(other));
    expect(verify(message, { now }, new Map([[other.name, other]]))).toEqual({ kind: 'valid', key: other, mac });
  });

  it('is otherwise the message it was', () => {
    const { tsig, ...rest } = decodeMessage(signMessage(query, key, { now }).message);
    const { tsig: none, ...before } = decodeMessage(query);
    expect(rest).toEqual(before);
    expect(none).toBeUndefined();
    expect(tsig).toMatchObject({
      keyName: 'transfer.example.',
      algorithm: 'hmac-sha256.',
      timeSigned: now,
      fudge: 300,
      originalId: 4711,
      error: 0,
      otherData: '',
      start: query.length,
    });
  });

  it('may be forwarded under another id', () => {
    const { message } = signMessage(query, key, { now });
    expect(verify(octets(`\x00\x01${message.slice(2)}`)).kind).toBe('valid');
  });

  it('is refused with any octet changed', () => {
    const { message } = signMessage(query, key, { now });
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = octets(
          message.slice(0, at) + String.fromCharCode(message.charCodeAt(at) ^ flip) + message.slice(at + 1),
        );
        // The id is not covered, the original id is; letters of names are the same in either case.
        fc.pre(at > 1 && !(flip === 32 && at >= query.length));
        let verdict: TsigVerdict | undefined;
        try {
          const { tsig } = decodeMessage(changed);
          verdict = tsig === undefined ? undefined : verifyMessage(changed, tsig, keys, { now });
        } catch (error) {
          expect(error).toBeInstanceOf(DnsSyntaxError);
        }
        expect(verdict?.kind).not.toBe('valid');
      }),
      { numRuns: 500 },
    );
  });

  it('is refused with another secret, key, or algorithm', () => {
    const { message } = signMessage(query, key, { now });
    const secret = new Map([[key.name, { ...key, secret: octets('other') }]]);
    expect(verify(message, { now }, secret)).toMatchObject({ kind: 'invalid', error: TSIG_ERROR.BADSIG });
    expect(verify(message, { now }, new Map())).toMatchObject({ kind: 'invalid', error: TSIG_ERROR.BADKEY });
    const algorithm = new Map([[key.name, { ...key, algorithm: 'hmac-sha512' as const }]]);
    expect(verify(message, { now }, algorithm)).toMatchObject({ kind: 'invalid', error: TSIG_ERROR.BADKEY });
  });

  it('is refused when it is old or from the future, and the key is still known to be right', () => {
    const { message } = signMessage(query, key, { now });
    expect(verify(message, { now: now + 300 }).kind).toBe('valid');
    expect(verify(message, { now: now - 300 }).kind).toBe('valid');
    expect(verify(message, { now: now + 301 })).toMatchObject({ kind: 'invalid', error: TSIG_ERROR.BADTIME, key });
    expect(verify(message, { now: now - 301 })).toMatchObject({ kind: 'invalid', error: TSIG_ERROR.BADTIME, key });
  });

  it('is refused with a MAC that is cut short', () => {
    const { message } = signMessage(query, key, { now });
    const tsig = decodeMessage(message).tsig as Tsig;
    const short = { ...tsig, mac: octets(tsig.mac.slice(0, 10)) };
    expect(verifyMessage(message, short, keys, { now })).toMatchObject({ error: TSIG_ERROR.BADTRUNC });
  });
});

describe('a signed response', () => {
  const response = encodeMessage(newMessage({ id: 4711, response: true }));

  it('belongs to its query', () => {
    const { mac } = signMessage(query, key, { now });
    const { message } = signMessage(response, key, { now, priorMac: mac });
    expect(verify(message, { now, priorMac: mac }).kind).toBe('valid');
    expect(verify(message)).toMatchObject({ error: TSIG_ERROR.BADSIG });
  });

  it('carries the time of the server with BADTIME', () => {
    const { message } = signMessage(response, key, { now, priorMac: octets('x') }, TSIG_ERROR.BADTIME);
    expect(verify(message, { now, priorMac: octets('x') }).kind).toBe('valid');
    const tsig = decodeMessage(message).tsig as Tsig;
    expect(tsig.error).toBe(TSIG_ERROR.BADTIME);
    expect(readU32(tsig.otherData, 2)).toBe(now);
  });

  it('is not signed where the key is not known', () => {
    const tsig = decodeMessage(signMessage(query, key, { now }).message).tsig as Tsig;
    expect(decodeMessage(refuseSignature(response, tsig, TSIG_ERROR.BADKEY)).tsig).toMatchObject({
      keyName: key.name,
      algorithm: 'hmac-sha256.',
      mac: '',
      error: TSIG_ERROR.BADKEY,
      originalId: 4711,
    });
  });
});

describe('parseTsigKey', () => {
  it('reads what dig takes', () => {
    expect(key).toEqual({ name: 'transfer.example.', algorithm: 'hmac-sha256', secret: '1234567890abcdef' });
    expect(parseTsigKey('k.:YWI=')).toEqual({ name: 'k.', algorithm: 'hmac-sha256', secret: 'ab' });
    expect(parseTsigKey('HMAC-SHA512:k:YWI').algorithm).toBe('hmac-sha512');
  });

  it.each(['', 'k', 'a:b:c:d', 'hmac-sha3:k:YWI=', 'k:', 'k:not base64', ':YWI=', '__proto__:k:YWI='])(
    'refuses "%s" without showing the secret',
    (text) => {
      expect(() => parseTsigKey(text)).toThrow(DnsSyntaxError);
      expect(() => parseTsigKey('k:c2VjcmV0*')).not.toThrow('c2VjcmV0');
    },
  );
});
