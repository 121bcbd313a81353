import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../src/dns/message/decode.ts';
import { encodeMessage } from '../../../src/dns/message/encode.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message/message.ts';
import { newMessage, newQuestion, QTYPE, RCODE } from '../../../src/dns/message/message.ts';
import type { TsigKey } from '../../../src/dns/message/tsig.ts';
import { parseTsigKey, refuseSignature, signMessage, TSIG_ERROR } from '../../../src/dns/message/tsig.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { octets } from '../../../src/dns/octets.ts';
import { rdataFromText, typeCode } from '../../../src/dns/rdata.ts';
import type { Transfer, TransferStep } from '../../../src/dns/transfer/receive.ts';
import { newTransfer, takeMessage } from '../../../src/dns/transfer/receive.ts';
import { signatureChain } from '../../../src/dns/transfer/signatures.ts';

const zone = parseName('example.');
const now = 1_700_000_000;

function record(owner: string, type: string, text: string): ResourceRecord {
  const code = typeCode(type) as number;
  return { owner: parseName(owner), type: code, class: 1, ttl: 60, rdata: rdataFromText(code, text) };
}

const soa = record('example.', 'SOA', 'ns.example. h.example. 1 2 3 4 5');
const ns = record('example.', 'NS', 'ns.example.');
const a = record('ns.example.', 'A', '192.0.2.1');

function message(answers: ResourceRecord[], settings: Partial<Message> = {}): Octets {
  return encodeMessage(newMessage({ id: 7, response: true, authoritative: true, answers, ...settings }));
}

function receive(messages: readonly Octets[], transfer: Transfer = newTransfer(zone, 7, 100, undefined)) {
  const records: ResourceRecord[] = [];
  let step: TransferStep = { kind: 'more' };
  for (const each of messages) {
    step = takeMessage(transfer, each, now, (taken) => records.push(taken));
    if (step.kind !== 'more') break;
  }
  return { step, records };
}

describe('a transfer', () => {
  it('is complete with the second SOA, however it is cut into messages', () => {
    const all = [soa, ns, a, soa];
    for (const messages of [
      [all],
      [
        [soa, ns],
        [a, soa],
      ],
      all.map((each) => [each]),
    ]) {
      const { step, records } = receive(messages.map((each) => message(each)));
      expect(step).toEqual({ kind: 'complete' });
      expect(records).toEqual([soa, ns, a]);
    }
  });

  it('takes a closing SOA with names in another case', () => {
    const other = record('example.', 'SOA', 'NS.example. H.example. 1 2 3 4 5');
    expect(receive([message([soa, ns]), message([other])]).step.kind).toBe('complete');
  });

  const cases: [string, Octets[], string][] = [
    ['does not begin with the SOA', [message([ns, soa])], 'does not begin with the SOA'],
    ['begins with the SOA of another zone', [message([record('a.', 'SOA', 'n. h. 1 2 3 4 5')])], 'does not begin'],
    ['has records outside the zone', [message([soa, record('a.', 'A', '192.0.2.1')])], 'a. is not in the zone'],
    ['has records of another class', [message([soa, { ...a, class: 3 }])], 'not of class IN'],
    ['goes on behind the SOA', [message([soa, ns, soa, a])], 'behind the closing SOA'],
    [
      'ends with another serial',
      [message([soa, record('example.', 'SOA', 'ns.example. h.example. 2 2 3 4 5')])],
      'changed',
    ],
    ['has an empty message', [message([soa]), message([])], 'has no records'],
    ['is refused', [message([], { rcode: RCODE.REFUSED })], 'answers REFUSED to a transfer of example.'],
    ['breaks off with an error', [message([soa]), message([], { rcode: RCODE.SERVFAIL })], 'answers SERVFAIL'],
    ['has another id', [message([soa], { id: 8 })], 'not a response to the query'],
    ['is a query', [message([soa], { response: false })], 'not a response to the query'],
    [
      'answers another question',
      [message([soa], { questions: [newQuestion(parseName('a.'), 252)] })],
      'another question',
    ],
    ['answers another type', [message([soa], { questions: [newQuestion(zone, 6)] })], 'another question'],
    ['is not a message', [octets('HTTP/1.1 400 Bad Request')], 'message'],
  ];
  it.each(cases)('is given up where it %s', (_what, messages, text) => {
    const { step } = receive(messages);
    expect(step).toMatchObject({ kind: 'fault', message: expect.stringContaining(text) });
    expect((step as { fix: string }).fix).not.toBe('');
  });

  it('is given up at the limit of records', () => {
    const messages = [message([soa, ns, a, soa])];
    expect(receive(messages, newTransfer(zone, 7, 3, undefined)).step.kind).toBe('complete');
    expect(receive(messages, newTransfer(zone, 7, 2, undefined)).step).toMatchObject({ reason: 'too-large' });
  });
});

describe('a signed transfer', () => {
  const key = parseTsigKey('hmac-sha256:k:c2VjcmV0');
  const queryMac = signMessage(encodeMessage(newMessage({ id: 7, questions: [newQuestion(zone, QTYPE.AXFR)] })), key, {
    now,
  }).mac;
  const receiveSigned = (messages: readonly Octets[], with_: TsigKey = key) =>
    receive(messages, newTransfer(zone, 7, 1000, signatureChain(with_, queryMac)));

  /** Signs those of the messages that `isSigned` says, as RFC 8945 section 5.3.1 has it. */
  function sign(messages: readonly Octets[], isSigned: (index: number) => boolean): Octets[] {
    let priorMac = queryMac;
    let continued = false;
    let unsigned = '';
    return messages.map((each, index) => {
      if (!isSigned(index)) {
        unsigned += each;
        return each;
      }
      const signed = signMessage(each, key, { now, priorMac, continued, unsigned: octets(unsigned) });
      priorMac = signed.mac;
      continued = true;
      unsigned = '';
      return signed.message;
    });
  }

  const many = (count: number) => [
    message([soa]),
    ...Array.from({ length: count - 2 }, (_, i) => message([record(`n${i}.example.`, 'A', '192.0.2.1')])),
    message([soa]),
  ];

  it('may have a signature on every message, or on some', () => {
    expect(receiveSigned(sign(many(5), () => true)).step).toEqual({ kind: 'complete' });
    expect(receiveSigned(sign(many(250), (i) => i % 100 === 0 || i === 249)).step).toEqual({ kind: 'complete' });
  });

  it('is not trusted where signatures are missing', () => {
    const missing = (isSigned: (index: number) => boolean, count = 250) =>
      receiveSigned(sign(many(count), isSigned)).step;
    expect(missing(() => false)).toMatchObject({ reason: 'tsig', message: expect.stringContaining('first message') });
    expect(missing((i) => i === 0)).toMatchObject({ reason: 'tsig', message: expect.stringContaining('99 messages') });
    expect(missing((i) => i === 0, 50)).toMatchObject({ reason: 'tsig', message: expect.stringContaining('last') });
  });

  it('is not trusted where anything was changed, left out or exchanged', () => {
    const good = sign(many(6), (i) => i === 0 || i === 3 || i === 5);
    const forged = message([record('n0.example.', 'A', '192.0.2.66')]);
    expect(receiveSigned(good).step.kind).toBe('complete');
    expect(receiveSigned(good.with(1, forged)).step).toMatchObject({ reason: 'tsig' });
    expect(receiveSigned(good.toSpliced(2, 1)).step).toMatchObject({ reason: 'tsig' });
    expect(receiveSigned([good[0], good[2], good[1], ...good.slice(3)] as Octets[]).step).toMatchObject({
      reason: 'tsig',
    });
    expect(receiveSigned(good, { ...key, secret: octets('other') }).step).toMatchObject({ reason: 'tsig' });
  });

  it('says what the server holds against the key', () => {
    const query = signMessage(encodeMessage(newMessage({ id: 7 })), key, { now }).message;
    const tsig = decodeMessage(query).tsig as NonNullable<Message['tsig']>;
    const refusal = refuseSignature(message([], { rcode: RCODE.NOTAUTH }), tsig, TSIG_ERROR.BADKEY);
    expect(receiveSigned([refusal]).step).toMatchObject({ reason: 'tsig', message: expect.stringContaining('BADKEY') });
  });
});
