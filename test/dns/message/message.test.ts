import * as dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../../src/dns/fault.ts';
import { decodeHeader, decodeMessage } from '../../../src/dns/message/decode.ts';
import { encodeMessage } from '../../../src/dns/message/encode.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message/message.ts';
import { newMessage, newQuestion, rcodeName } from '../../../src/dns/message/message.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { fromBuffer, octets, toBuffer } from '../../../src/dns/octets.ts';
import { rdataFromText, rdataToText, typeCode } from '../../../src/dns/rdata.ts';
import { costSince } from '../../setup/cost.ts';
import { anyMessage } from './arbitrary.ts';

function record(owner: string, ttl: number, type: string, text: string): ResourceRecord {
  const code = typeCode(type) as number;
  return { owner: parseName(owner), type: code, class: 1, ttl, rdata: rdataFromText(code, text) };
}

function hex(text: string): Octets {
  return octets(Buffer.from(text.replace(/\s/g, ''), 'hex').toString('latin1'));
}

const question = newQuestion(parseName('www.example.com.'), 1);
const header = '1234 0000 0001 0000 0000 0000';
const asked = '03777777 076578616d706c65 03636f6d 00 0001 0001';

describe('encodeMessage and decodeMessage', () => {
  it('give every message back as it was', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('write the example of RFC 1035 section 4.1.4 octet for octet', () => {
    const message = newMessage({
      answers: [record('f.isi.arpa.', 0, 'A', '10.0.0.1'), record('foo.f.isi.arpa.', 0, 'A', '10.0.0.2')],
      authorities: [record('arpa.', 0, 'A', '10.0.0.3'), record('.', 0, 'A', '10.0.0.4')],
    });
    const tail = (address: string) => `0001 0001 00000000 0004 ${address}`;
    expect(encodeMessage(message)).toBe(
      hex(
        `0000 0000 0000 0002 0002 0000
         01 66 03 697369 04 61727061 00 ${tail('0a000001')}
         03 666f6f c00c ${tail('0a000002')}
         c012 ${tail('0a000003')}
         00 ${tail('0a000004')}`,
      ),
    );
  });

  it('compress names in rdata only where RFC 3597 allows it', () => {
    const size = (...answers: ResourceRecord[]) => encodeMessage(newMessage({ questions: [question], answers })).length;
    const base = size();
    expect(size(record('www.example.com.', 1, 'CNAME', 'example.com.')) - base).toBe(2 + 10 + 2);
    expect(size(record('www.example.com.', 1, 'MX', '1 example.com.')) - base).toBe(2 + 10 + 4);
    expect(size(record('www.example.com.', 1, 'SRV', '1 2 3 example.com.')) - base).toBe(2 + 10 + 6 + 13);
    expect(size(record('www.example.com.', 1, 'DNAME', 'example.com.')) - base).toBe(2 + 10 + 13);
  });

  it('give the question back as it was spelt, owners with it, and rdata as the operator wrote it', () => {
    const spelling = octets('\x03wWw\x07EXAMPLE\x03cOm\0');
    const answers = [record('www.example.com.', 1, 'CNAME', 'Other.example.com.')];
    const bytes = encodeMessage(newMessage({ questions: [{ ...question, spelling }], answers }));
    const theirs = dnsPacket.decode(toBuffer(bytes));
    expect(theirs.questions?.[0]?.name).toBe('wWw.EXAMPLE.cOm');
    expect(theirs.answers?.[0]).toMatchObject({ name: 'wWw.EXAMPLE.cOm', data: 'Other.example.com' });
  });

  it('do not let rdata take on the case of the question by way of an owner', () => {
    const spelling = octets('\x07EXAMPLE\x03com\0');
    const questions = [{ ...newQuestion(parseName('example.com.'), 2), spelling }];
    const answers = [record('ns.example.com.', 1, 'A', '192.0.2.1'), record('.', 1, 'NS', 'ns.example.com.')];
    const message = newMessage({ questions, answers });
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('do not point further than a pointer reaches', () => {
    const big = Array.from({ length: 90 }, (_, i) => record(`n${i}.example.com.`, 1, 'TXT', `"${'x'.repeat(255)}"`));
    const late = [record('late.example.org.', 1, 'A', '192.0.2.1'), record('late.example.org.', 1, 'A', '192.0.2.2')];
    const message = newMessage({ answers: [...big, ...late] });
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('carry an extended response code and EDNS options', () => {
    const edns = { payload: 1232, version: 0, dnssecOk: true, options: [{ code: 3, data: octets('') }] };
    const message = newMessage({ response: true, rcode: 16, edns });
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
    expect(rcodeName(16)).toBe('BADVERS');
    expect(rcodeName(4095)).toBe('RCODE4095');
  });

  it('take a TTL with the top bit set as zero (RFC 2181 section 8)', () => {
    const bytes = hex(`1234 8000 0000 0001 0000 0000 00 0001 0001 80000001 0004 c0000201`);
    expect(decodeMessage(bytes).answers[0]?.ttl).toBe(0);
  });
});

describe('encodeMessage with a limit', () => {
  const address = (i: number) => record('www.example.com.', 60, 'A', `192.0.2.${i}`);
  const addresses = Array.from({ length: 40 }, (_, i) => address(i));
  const edns = { payload: 1232, version: 0, dnssecOk: false, options: [] };
  const message: Message = newMessage({
    response: true,
    questions: [question],
    answers: [record('alias.example.com.', 60, 'CNAME', 'www.example.com.'), ...addresses],
    authorities: [record('example.com.', 60, 'NS', 'ns1.example.com.')],
    additionals: [record('ns1.example.com.', 60, 'A', '192.0.2.53')],
    edns,
  });

  it('leaves out whole RRsets, sets TC, and keeps the OPT record', () => {
    const bytes = encodeMessage(message, 512);
    expect(bytes.length).toBeLessThanOrEqual(512);
    expect(decodeMessage(bytes)).toEqual({
      ...message,
      truncated: true,
      answers: message.answers.slice(0, 1),
      authorities: [],
      additionals: [],
    });
  });

  it('fits to the octet', () => {
    const full = encodeMessage(message);
    expect(encodeMessage(message, full.length)).toBe(full);
    const less = decodeMessage(encodeMessage(message, full.length - 1));
    expect(less).toEqual({ ...message, additionals: [] });
  });

  it('sets TC for additional records only where they are required', () => {
    const limit = encodeMessage(message).length - 1;
    expect(decodeMessage(encodeMessage(message, limit)).truncated).toBe(false);
    expect(decodeMessage(encodeMessage(message, limit, 1)).truncated).toBe(true);
  });

  it('never goes over the limit, and what it keeps is a beginning of what there is', () => {
    const heads = fc.integer({ min: 0, max: 2000 });
    fc.assert(
      fc.property(anyMessage, heads, (any, extra) => {
        const least = encodeMessage({ ...any, answers: [], authorities: [], additionals: [] }).length;
        const bytes = encodeMessage(any, least + extra);
        expect(bytes.length).toBeLessThanOrEqual(least + extra);
        const kept = decodeMessage(bytes);
        expect(any.answers.slice(0, kept.answers.length)).toEqual(kept.answers);
        expect(any.authorities.slice(0, kept.authorities.length)).toEqual(kept.authorities);
        expect(any.additionals.slice(0, kept.additionals.length)).toEqual(kept.additionals);
        const lost = kept.answers.length < any.answers.length || kept.authorities.length < any.authorities.length;
        expect(kept.truncated).toBe(any.truncated || lost);
      }),
    );
  });
});

describe('decodeMessage on bad input', () => {
  const cases: [string, string][] = [
    ['nothing', ''],
    ['half a header', '1234 0000 0001'],
    ['a question that is missing', header],
    ['a name that is cut off', `${header} 03 7777`],
    ['a name without its type', `${header} 00 00`],
    ['a pointer to itself', `${header} c00c 0001 0001`],
    ['a pointer forward', `${header} c010 0001 0001`],
    ['a label of a kind that is not known', `${header} 41 00 0001 0001`],
    ['octets left over', `${header} ${asked} 00`],
    ['a record that is cut off', `1234 8000 0000 0001 0000 0000 00 0001 0001`],
    ['rdata that is cut off', `1234 8000 0000 0001 0000 0000 00 0001 0001 00000000 0004 0a00`],
    ['an address of three octets', `1234 8000 0000 0001 0000 0000 00 0001 0001 00000000 0003 0a0000`],
    ['a name in rdata that leaves it', `1234 8000 0000 0001 0000 0000 00 0002 0001 00000000 0001 01 0100`],
    ['an OPT record among the answers', `1234 8000 0000 0001 0000 0000 00 0029 04d0 00000000 0000`],
    ['two OPT records', `1234 0000 0000 0000 0000 0002 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000`],
    ['an OPT record that is not at the root', `1234 0000 0000 0000 0000 0001 01 61 00 0029 04d0 00000000 0000`],
    ['an EDNS option that is cut off', `1234 0000 0000 0000 0000 0001 00 0029 04d0 00000000 0005 0003 0002 00`],
    ['an EDNS option without a length', `1234 0000 0000 0000 0000 0001 00 0029 04d0 00000000 0002 0003`],
    ['a TSIG record that is too short', `1234 0000 0000 0000 0000 0001 00 00fa 00ff 00000000 0001 00`],
    ['a TSIG record among the answers', `1234 0000 0000 0001 0000 0000 00 00fa 00ff 00000000 0001 00`],
  ];
  it.each(cases)('refuses %s', (_what, text) => {
    expect(() => decodeMessage(hex(text))).toThrow(DnsSyntaxError);
  });

  it('takes any octets without another error, and what it can read it can write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(attempt(fromBuffer(bytes))).not.toBe('crashed');
      }),
    );
  });

  it('takes messages with changed octets without another error, and what it can read it can write', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(anyMessage, fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(), (message, changes, cut) => {
        const bytes = toBuffer(encodeMessage(message));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        expect(attempt(fromBuffer(cut % 5 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes))).not.toBe('crashed');
      }),
      { numRuns: 500 },
    );
  });

  it('ends soon on a message of pointers to pointers', () => {
    // The rdata of the first record is a chain of 8,000 pointers; the owners of all others point at its end.
    const start = 12 + 11;
    const pointer = (to: number) => (0xc000 + to).toString(16);
    const chain = Array.from({ length: 8000 }, (_, i) => (i === 0 ? '0000' : pointer(start + 2 * (i - 1)))).join('');
    const others = `${pointer(start + 2 * 7999)} ffff 0001 00000000 0000`.repeat(4000);
    const bytes = hex(`1234 8000 0000 0fa1 0000 0000 00 ffff 0001 00000000 3e80 ${chain} ${others}`);
    const before = process.cpuUsage();
    expect(attempt(bytes)).not.toBe('crashed');
    expect(costSince(before)).toBeLessThan(5000);
  });

  it('reads the header of what it cannot read', () => {
    expect(decodeHeader(hex(`${header} ff`))).toEqual({
      id: 0x1234,
      response: false,
      opcode: 0,
      truncated: false,
      recursionDesired: false,
    });
    expect(decodeHeader(octets('too short'))).toBeUndefined();
  });
});

/** Whether the octets are read and written back to a message that reads the same, or refused as they should be. */
function attempt(bytes: Octets): 'read' | 'refused' | 'crashed' {
  let message: Message;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    return error instanceof DnsSyntaxError ? 'refused' : 'crashed';
  }
  if (message.tsig !== undefined) return 'read';
  const again = encodeMessage(message);
  if (decodeHeader(again)?.truncated !== message.truncated) return 'read';
  expect(decodeMessage(again)).toEqual(message);
  return 'read';
}

describe('against dns-packet', () => {
  const data: [string, string, unknown][] = [
    ['A', '192.0.2.1', '192.0.2.1'],
    ['AAAA', '2001:db8::1', '2001:db8::1'],
    ['NS', 'ns1.example.com.', 'ns1.example.com'],
    ['CNAME', 'www.example.com.', 'www.example.com'],
    ['PTR', 'host.example.com.', 'host.example.com'],
    ['DNAME', 'example.net.', 'example.net'],
    ['MX', '10 mail.example.com.', { preference: 10, exchange: 'mail.example.com' }],
    ['SRV', '1 2 5060 sip.example.com.', { priority: 1, weight: 2, port: 5060, target: 'sip.example.com' }],
    ['TXT', '"v=spf1 -all" "second"', [Buffer.from('v=spf1 -all'), Buffer.from('second')]],
    ['HINFO', '"ARM" "Linux"', { cpu: 'ARM', os: 'Linux' }],
    ['RP', 'mbox.example.com. txt.example.com.', { mbox: 'mbox.example.com', txt: 'txt.example.com' }],
    [
      'SOA',
      'ns1.example.com. hostmaster.example.com. 7 1 2 3 4',
      {
        mname: 'ns1.example.com',
        rname: 'hostmaster.example.com',
        serial: 7,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 4,
      },
    ],
    ['DS', '12345 13 2 0011', { keyTag: 12345, algorithm: 13, digestType: 2, digest: Buffer.from([0, 17]) }],
    ['CAA', '0 issue "example.net"', { flags: 0, tag: 'issue', value: 'example.net', issuerCritical: false }],
    [
      'NAPTR',
      '1 2 "s" "SIP+D2U" "" _sip._udp.example.com.',
      {
        order: 1,
        preference: 2,
        flags: 's',
        services: 'SIP+D2U',
        regexp: '',
        replacement: '_sip._udp.example.com',
      },
    ],
  ];

  it.each(data)('it reads what we write: %s %s', (type, text, theirs) => {
    const answers = [record('www.example.com.', 300, type, text), record('a.www.example.com.', 300, type, text)];
    const decoded = dnsPacket.decode(
      toBuffer(encodeMessage(newMessage({ id: 7, response: true, questions: [question], answers }))),
    );
    expect(decoded).toMatchObject({ id: 7, type: 'response', questions: [{ name: 'www.example.com', type: 'A' }] });
    expect(decoded.answers).toMatchObject([
      { name: 'www.example.com', type, ttl: 300, data: theirs },
      { name: 'a.www.example.com', type, ttl: 300, data: theirs },
    ]);
  });

  it.each(data.filter(([type]) => type !== 'DS'))('we read what it writes: %s %s', (type, text, theirs) => {
    const answer = { name: 'www.example.com', type, ttl: 300, data: theirs } as dnsPacket.Answer;
    const bytes = dnsPacket.encode({
      id: 7,
      type: 'response',
      flags: dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_DESIRED,
      questions: [{ name: 'WWW.example.com', type: 'A' }],
      answers: [answer],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 4096,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: dnsPacket.DNSSEC_OK,
          flag_do: true,
          options: [],
        },
      ],
    });
    const message = decodeMessage(fromBuffer(bytes));
    expect(message).toMatchObject({ id: 7, response: true, authoritative: true, recursionDesired: true });
    expect(message.questions).toEqual([{ ...question, spelling: '\x03WWW\x07example\x03com\0' }]);
    expect(message.edns).toEqual({ payload: 4096, version: 0, dnssecOk: true, options: [] });
    expect(message.answers).toMatchObject([{ owner: 'www.example.com.', type: typeCode(type), class: 1, ttl: 300 }]);
    expect(rdataToText(typeCode(type) as number, message.answers[0]?.rdata as Octets)).toBe(
      rdataToText(typeCode(type) as number, rdataFromText(typeCode(type) as number, text)),
    );
  });
});
