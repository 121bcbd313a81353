import fc from 'fast-check';
import type { Message, Question, ResourceRecord } from '../../../src/dns/message/message.ts';
import { newMessage } from '../../../src/dns/message/message.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { lowerAscii, nameFromLabels } from '../../../src/dns/name.ts';
import { octets } from '../../../src/dns/octets.ts';
import { rdataFromText } from '../../../src/dns/rdata.ts';
import { types } from '../../../src/dns/types/list.ts';

/** Raw labels: mostly from a small stock, so that names share endings; some of any octets. */
const label = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('www', 'WwW', 'example', 'Example', 'com', 'a', 'B', '*', 'x'.repeat(63)) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 63 }).map((bytes) => latin1(bytes)) },
);
const labels = fc
  .array(label, { maxLength: 8 })
  .filter((all) => all.reduce((sum, each) => sum + each.length + 1, 1) <= 255);

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function wire(all: readonly string[]): string {
  return `${all.map((each) => String.fromCharCode(each.length) + each).join('')}\0`;
}

export const anyName: fc.Arbitrary<DomainName> = labels.map((all) => nameFromLabels(all.map(lowerAscii)));

const uint16 = fc.nat(0xffff);
const ttl = fc.nat(0x7fffffff);

export const anyQuestion: fc.Arbitrary<Question> = fc.record({ labels, type: uint16, class: uint16 }).map((parts) => ({
  name: nameFromLabels(parts.labels.map(lowerAscii)),
  spelling: octets(wire(parts.labels)),
  type: parts.type,
  class: parts.class,
}));

const examples = types.flatMap((type) =>
  type.examples.map((text) => ({ type: type.code, rdata: rdataFromText(type.code, text) })),
);

/** Rdata of every type that has a form of its own, names in it in any spelling, and rdata of types that have none. */
const typed = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...examples) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(2, 5, 12, 39), labels)
      .map(([type, all]) => ({ type, rdata: octets(wire(all)) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(labels, labels, fc.uint8Array({ minLength: 20, maxLength: 20 }))
      .map(([mname, rname, timers]) => ({ type: 6, rdata: octets(wire(mname) + wire(rname) + latin1(timers)) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 65280, max: 65534 }), fc.uint8Array({ maxLength: 40 }))
      .map(([type, bytes]) => ({ type, rdata: octets(latin1(bytes)) })),
  },
);

export const anyRecord: fc.Arbitrary<ResourceRecord> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ owner: anyName, typed, ttl }).map(({ owner, typed: { type, rdata }, ttl: seconds }) => ({
      owner,
      type,
      class: 1,
      ttl: seconds,
      rdata,
    })),
  },
  // An update's "delete this RRset".
  {
    weight: 1,
    arbitrary: anyName.map((owner) => ({ owner, type: 1, class: 255, ttl: 0, rdata: octets('') })),
  },
);

const section = fc.array(anyRecord, { maxLength: 6 });

const edns = fc.record({
  payload: uint16,
  version: fc.nat(255),
  dnssecOk: fc.boolean(),
  options: fc.array(
    fc.record({ code: uint16, data: fc.uint8Array({ maxLength: 20 }).map((bytes) => octets(latin1(bytes))) }),
    { maxLength: 3 },
  ),
});

export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    id: uint16,
    response: fc.boolean(),
    opcode: fc.nat(15),
    authoritative: fc.boolean(),
    truncated: fc.boolean(),
    recursionDesired: fc.boolean(),
    recursionAvailable: fc.boolean(),
    authenticData: fc.boolean(),
    checkingDisabled: fc.boolean(),
    rcode: fc.nat(0xfff),
    questions: fc.array(anyQuestion, { maxLength: 2 }),
    answers: section,
    authorities: section,
    additionals: section,
    edns: fc.option(edns, { nil: undefined }),
  })
  .map((parts) => newMessage({ ...parts, rcode: parts.edns === undefined ? parts.rcode & 15 : parts.rcode }));
