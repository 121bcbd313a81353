import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../../../src/dns/answer/respond.ts';
import type { Service } from '../../../src/dns/answer/serve.ts';
import { serve } from '../../../src/dns/answer/serve.ts';
import type { ServedZone } from '../../../src/dns/answer/served-zone.ts';
import { zoneSet } from '../../../src/dns/answer/served-zone.ts';
import { transferMessages } from '../../../src/dns/answer/zone-transfer.ts';
import { decodeMessage } from '../../../src/dns/message/decode.ts';
import { encodeMessage } from '../../../src/dns/message/encode.ts';
import type { Message, Question } from '../../../src/dns/message/message.ts';
import { newMessage, newQuestion, QTYPE, RCODE, rcodeName } from '../../../src/dns/message/message.ts';
import type { Tsig } from '../../../src/dns/message/tsig.ts';
import { parseTsigKey, signMessage, TSIG_ERROR, verifyMessage } from '../../../src/dns/message/tsig.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { fromBuffer, octets, toBuffer } from '../../../src/dns/octets.ts';
import { rdataFromText } from '../../../src/dns/rdata.ts';
import { anyMessage } from '../message/arbitrary.ts';
import { estate, fixtureZone, zoneFromText } from './fixtures.ts';

const key = parseTsigKey('hmac-sha256:k:c2VjcmV0');
const now = 1_700_000_000;
const service: Service = {
  zones: zoneSet(estate.map(fixtureZone)),
  keys: new Map([[key.name, key]]),
  identity: 'zonewright preview',
  now,
};

function send(query: Octets, transport: Transport = 'udp'): Octets[] {
  return [...(serve(service, query, transport)?.messages ?? [])];
}

function ask(settings: Partial<Message>, transport: Transport = 'udp'): Message {
  const replies = send(encodeMessage(newMessage({ id: 4711, ...settings })), transport);
  expect(replies).toHaveLength(1);
  return decodeMessage(replies[0] as Octets);
}

function question(name: string, type: number, qclass = 1): Question[] {
  return [{ ...newQuestion(parseName(name), type), class: qclass }];
}

function soa(serial: number) {
  const rdata = rdataFromText(6, `ns.parent.test. hostmaster.parent.test. ${serial} 1 1 1 1`);
  return [{ owner: parseName('parent.test.'), type: 6, class: 1, ttl: 0, rdata }];
}

const edns = { payload: 4096, version: 0, dnssecOk: true, options: [{ code: 10, data: octets('12345678') }] };

describe('a response', () => {
  it('repeats id, question as it was spelt, and RD, and nothing else of the header', () => {
    const spelling = octets('\x06PaReNt\x04tEsT\0');
    const questions = [{ ...newQuestion(parseName('parent.test.'), 6), spelling }];
    const bits = {
      recursionDesired: true,
      recursionAvailable: true,
      authenticData: true,
      checkingDisabled: true,
      truncated: true,
      rcode: 3,
    };
    expect(ask({ questions, ...bits })).toMatchObject({
      id: 4711,
      response: true,
      questions,
      authoritative: true,
      rcode: 0,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
      truncated: false,
    });
  });

  it('has an OPT record exactly where the query has one', () => {
    const questions = question('parent.test.', 6);
    expect(ask({ questions }).edns).toBeUndefined();
    expect(ask({ questions, edns }).edns).toEqual({ payload: 1232, version: 0, dnssecOk: true, options: [] });
    expect(ask({ questions: question('example.org.', 6), edns }).edns?.payload).toBe(1232);
  });

  it.each([
    [512, undefined],
    [512, 0],
    [512, 511],
    [600, 600],
    [1232, 4096],
  ])('over UDP has at most %i octets for a payload of %s', (limit, payload) => {
    const settings = payload === undefined ? {} : { edns: { ...edns, payload } };
    const query = encodeMessage(newMessage({ questions: question('more.sizes.test.', 1), ...settings }));
    const [reply] = send(query) as [Octets];
    expect(reply.length).toBeLessThanOrEqual(limit);
    expect(decodeMessage(reply)).toMatchObject({ truncated: true, answers: [] });
    expect(decodeMessage(send(query, 'tcp')[0] as Octets).answers).toHaveLength(100);
  });

  it('is truncated where glue below the cut does not fit (RFC 9471)', () => {
    const questions = question('x.cut.sizes.test.', 1);
    expect(ask({ questions }).truncated).toBe(true);
    expect(ask({ questions }, 'tcp')).toMatchObject({ truncated: false, authoritative: false });
    expect(ask({ questions }, 'tcp').additionals).toHaveLength(26);
  });
});

describe('response codes', () => {
  const cases: [string, Partial<Message>, Transport, string][] = [
    ['a class that is not held', { questions: question('parent.test.', 6, 4) }, 'udp', 'REFUSED'],
    ['class ANY', { questions: question('parent.test.', 6, 255) }, 'udp', 'REFUSED'],
    ['another name of class CH', { questions: question('parent.test.', 16, 3) }, 'udp', 'REFUSED'],
    ['OPT as a type', { questions: question('parent.test.', QTYPE.OPT) }, 'udp', 'FORMERR'],
    ['TKEY', { questions: question('parent.test.', QTYPE.TKEY) }, 'udp', 'FORMERR'],
    ['TSIG as a type', { questions: question('parent.test.', QTYPE.TSIG) }, 'udp', 'FORMERR'],
    ['MAILA', { questions: question('parent.test.', QTYPE.MAILA) }, 'udp', 'NOTIMP'],
    ['MAILB', { questions: question('parent.test.', QTYPE.MAILB) }, 'udp', 'NOTIMP'],
    ['type 0', { questions: question('parent.test.', 0) }, 'udp', 'NOERROR'],
    ['NOTIFY', { opcode: 4, questions: question('parent.test.', 6) }, 'udp', 'NOTIMP'],
    ['UPDATE', { opcode: 5, questions: question('parent.test.', 6) }, 'udp', 'NOTIMP'],
    ['an opcode of the future', { opcode: 15 }, 'udp', 'NOTIMP'],
    ['no question', { questions: [] }, 'udp', 'FORMERR'],
    ['two questions', { questions: [...question('parent.test.', 6), ...question('.', 2)] }, 'udp', 'FORMERR'],
    ['EDNS of the future', { questions: question('parent.test.', 6), edns: { ...edns, version: 1 } }, 'udp', 'BADVERS'],
    ['AXFR over UDP', { questions: question('parent.test.', QTYPE.AXFR) }, 'udp', 'NOTIMP'],
    ['AXFR of a name inside a zone', { questions: question('ns.parent.test.', QTYPE.AXFR) }, 'tcp', 'NOTAUTH'],
    ['AXFR of another zone', { questions: question('example.org.', QTYPE.AXFR) }, 'tcp', 'NOTAUTH'],
    ['IXFR without a serial', { questions: question('parent.test.', QTYPE.IXFR) }, 'tcp', 'FORMERR'],
  ];
  it.each(cases)('%s', (_what, settings, transport, rcode) => {
    const reply = ask(settings, transport);
    expect(rcodeName(reply.rcode)).toBe(rcode);
    expect(reply.answers).toEqual([]);
  });

  it('are FORMERR with what could be read of a query that is broken', () => {
    const query = encodeMessage(
      newMessage({ id: 4711, recursionDesired: true, questions: question('parent.test.', 6) }),
    );
    const reply = decodeMessage(send(octets(query.slice(0, -1)))[0] as Octets);
    expect(reply).toEqual(newMessage({ id: 4711, response: true, recursionDesired: true, rcode: RCODE.FORMERR }));
  });

  it('are not given to responses and to less than a header', () => {
    expect(send(encodeMessage(newMessage({ response: true, questions: question('parent.test.', 6) })))).toEqual([]);
    expect(send(octets('\0'.repeat(11)))).toEqual([]);
    expect(send(octets(''))).toEqual([]);
  });
});

describe('ANY', () => {
  const questions = question('svc.sizes.test.', QTYPE.ANY);

  it('is answered in full over TCP, and sent there over UDP', () => {
    expect(ask({ questions }, 'tcp').answers).toHaveLength(8);
    expect(ask({ questions, edns })).toMatchObject({ truncated: true, answers: [], authoritative: true });
    expect(ask({ questions: question('nx.sizes.test.', QTYPE.ANY) })).toMatchObject({ truncated: false, rcode: 3 });
  });
});

describe('the identity of the server', () => {
  it.each(['version.bind.', 'VERSION.SERVER.', 'id.server.', 'hostname.bind.'])('%s', (name) => {
    const reply = ask({ questions: question(name, 16, 3) });
    expect(reply.answers.map(({ rdata, class: ch }) => [rdata, ch])).toEqual([['\x12zonewright preview', 3]]);
  });
});

describe('zone transfer', () => {
  const axfr = encodeMessage(newMessage({ id: 7, questions: question('sizes.test.', QTYPE.AXFR), edns }));

  it('gives every record of the zone between its SOA and its SOA, in messages that are not too large', () => {
    const replies = send(axfr, 'tcp');
    const messages = replies.map(decodeMessage);
    expect(messages.every(({ id, response, authoritative }) => id === 7 && response && authoritative)).toBe(true);
    expect(messages[0]?.questions).toHaveLength(1);
    const records = messages.flatMap(({ answers }) => answers);
    const zone = fixtureZone('sizes.test');
    const count = [...zone.owners.values()].flat().reduce((sum, { rdatas }) => sum + rdatas.length, 0);
    expect(records).toHaveLength(count + 1);
    expect(records[0]).toEqual(records.at(-1));
    expect(new Set(records.map(({ owner, type, rdata }) => `${owner} ${type} ${rdata}`)).size).toBe(count);
  });

  it('spreads over messages of 16 KiB, the question in the first one', () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `host-number-${i} A 192.0.2.${i % 250}`).join('\n');
    const big = zoneFromText('big.test.', `$TTL 1\n@ SOA a b 1 2 3 4 5\n@ NS a\n${lines}`);
    const replies = [...transferMessages(big, newMessage({ response: true, questions: question('big.test.', 252) }))];
    expect(replies.length).toBeGreaterThan(2);
    expect(Math.max(...replies.map((reply) => reply.length))).toBeLessThanOrEqual(16384);
    const messages = replies.map(decodeMessage);
    expect(messages.map(({ questions }) => questions.length)).toEqual([1, ...replies.slice(1).map(() => 0)]);
    expect(messages.flatMap(({ answers }) => answers)).toHaveLength(3003);
  });

  it('has a message of its own for a record that needs it, and an error for one that nothing holds', () => {
    const huge = (size: number): ServedZone =>
      zoneFromText('huge.test.', `$TTL 1\n@ SOA a b 1 2 3 4 5\nx TYPE65280 \\# ${size} ${'00'.repeat(size)}`);
    const messages = (size: number) =>
      [...transferMessages(huge(size), newMessage({ response: true }))].map(decodeMessage);
    expect(messages(65_000).flatMap(({ answers }) => answers)).toHaveLength(3);
    expect(messages(65_535).at(-1)?.rcode).toBe(RCODE.SERVFAIL);
  });

  it('is the answer to IXFR too, unless the client is up to date or asks over UDP (RFC 1995)', () => {
    const ixfr = (serial: number, transport: Transport) =>
      ask({ questions: question('parent.test.', QTYPE.IXFR), authorities: soa(serial) }, transport).answers.length;
    expect([ixfr(4, 'tcp'), ixfr(5, 'tcp'), ixfr(6, 'tcp'), ixfr(4, 'udp'), ixfr(5, 'udp')]).toEqual([11, 1, 1, 1, 1]);
  });
});

describe('signed queries', () => {
  const query = encodeMessage(newMessage({ id: 9, questions: question('more.sizes.test.', 1), edns }));

  it.each(['udp', 'tcp'] as const)('have signed responses over %s, within the limit', (transport) => {
    const signed = signMessage(query, key, { now });
    const [reply] = send(signed.message, transport) as [Octets];
    const message = decodeMessage(reply);
    expect(message.truncated).toBe(transport === 'udp');
    expect(reply.length).toBeLessThanOrEqual(transport === 'udp' ? 1232 : 65535);
    expect(verifyMessage(reply, message.tsig as Tsig, service.keys, { now, priorMac: signed.mac }).kind).toBe('valid');
  });

  it('with a key that is not known are refused without a MAC', () => {
    const { message } = signMessage(query, { ...key, name: parseName('other.') }, { now });
    expect(decodeMessage(send(message)[0] as Octets)).toMatchObject({
      rcode: RCODE.NOTAUTH,
      answers: [],
      tsig: { error: TSIG_ERROR.BADKEY, mac: '', keyName: 'other.' },
    });
  });

  it('of another time are refused with a MAC and the time of the server', () => {
    const signed = signMessage(query, key, { now: now - 1000 });
    const [reply] = send(signed.message) as [Octets];
    const { rcode, tsig } = decodeMessage(reply);
    expect(rcode).toBe(RCODE.NOTAUTH);
    expect(tsig?.error).toBe(TSIG_ERROR.BADTIME);
    expect(verifyMessage(reply, tsig as Tsig, service.keys, { now, priorMac: signed.mac }).kind).toBe('valid');
  });
});

describe('whatever is received', () => {
  const transports = fc.constantFrom<Transport>('udp', 'tcp');
  const check = (received: Octets, transport: Transport) => {
    for (const reply of send(received, transport)) {
      expect(reply.length).toBeLessThanOrEqual(transport === 'udp' ? 1232 + 512 : 65535);
      const message = decodeMessage(reply);
      expect(message.response).toBe(true);
      expect(reply.slice(0, 2)).toBe(received.slice(0, 2));
    }
  };

  it('as octets at random is answered properly or not at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), transports, (bytes, transport) =>
        check(fromBuffer(bytes), transport),
      ),
    );
  });

  it('as a broken query is answered properly or not at all', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const valid = fc.oneof(
      anyMessage.map((message) => encodeMessage({ ...message, response: false, opcode: 0 })),
      fc.constant(encodeMessage(newMessage({ questions: question('www.below.delegations.test.', 1), edns }))),
      fc.constant(
        signMessage(encodeMessage(newMessage({ questions: question('parent.test.', 252) })), key, { now }).message,
      ),
    );
    fc.assert(
      fc.property(valid, fc.array(change, { maxLength: 4 }), transports, (query, changes, transport) => {
        const bytes = toBuffer(query);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        check(fromBuffer(bytes), transport);
      }),
      { numRuns: 500 },
    );
  });
});
