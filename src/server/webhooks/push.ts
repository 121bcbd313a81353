import { at, header, idFrom, isSignature, PayloadError, pushOf, type Sender } from './sender.ts';

/** Anything that can sign a body: a hook of a repository elsewhere, a CI job, `curl`. */
export const push: Sender = {
  name: 'push',
  verify(headers, body, secret) {
    const given = header(headers, 'x-hub-signature-256') ?? header(headers, 'x-signature-256') ?? '';
    return isSignature(given.replace(/^sha256=/, ''), body, secret);
  },
  idOf: (headers) => idFrom(headers, 'x-delivery-id', 'idempotency-key'),
  read(_, payload, expected) {
    const ref = at(payload, 'ref');
    // Without a reference it says that something has moved; looking costs little.
    if (payload === undefined || ref === undefined) return { kind: 'push' };
    if (typeof ref !== 'string') throw new PayloadError('ref is not a text');
    return pushOf(ref, at(payload, 'after'), expected);
  },
};
