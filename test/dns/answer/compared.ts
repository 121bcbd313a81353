import type { ServedZone } from '../../../src/dns/answer/served-zone.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message/message.ts';
import { rcodeName } from '../../../src/dns/message/message.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { labelsOf, nameFromLabels } from '../../../src/dns/name.ts';
import { rdataToText, typeCode, typeName } from '../../../src/dns/rdata.ts';

/** A question as it is sent to every server. */
export interface Asked {
  readonly name: DomainName;
  readonly type: number;
  readonly transport: 'udp' | 'tcp';
  /** 0: without EDNS. */
  readonly payload: number;
  readonly dnssecOk: boolean;
}

/** Types asked of names that exist, and of names that do not. */
const manyTypes = ['A', 'AAAA', 'NS', 'SOA', 'CNAME', 'DNAME', 'MX', 'TXT', 'DS', 'SRV', 'HTTPS', 'TYPE65280', 'RRSIG'];
const fewTypes = ['A', 'NS', 'CNAME', 'TXT', 'DS'];
const ANY = 255;

/** In which ways a question is asked; they take turns. */
const ways = [
  { transport: 'udp', payload: 1232, dnssecOk: false },
  { transport: 'udp', payload: 0, dnssecOk: false },
  { transport: 'tcp', payload: 1232, dnssecOk: true },
  { transport: 'udp', payload: 4096, dnssecOk: true },
  { transport: 'tcp', payload: 0, dnssecOk: false },
  { transport: 'udp', payload: 600, dnssecOk: false },
] as const;

/** Questions to a zone: every owner and empty non-terminal, and names below each, with many types. */
export function questionsFor(zone: ServedZone): Asked[] {
  const existing = [...zone.owners.keys(), ...zone.emptyNonTerminals].filter((name) => !isOneOfMany(name));
  const missing = existing.flatMap((owner) =>
    [['nx'], ['two', 'nx'], ['*']].flatMap((above) => {
      const labels = [...above, ...labelsOf(owner)];
      const length = labels.reduce((sum, label) => sum + label.length + 1, 1);
      return length <= 255 ? [nameFromLabels(labels)] : [];
    }),
  );
  const asked: Asked[] = [];
  for (const [names, types] of [
    [existing, manyTypes],
    [missing.filter((name) => !existing.includes(name)), fewTypes],
  ] as const) {
    for (const [turn, name] of names.entries()) {
      for (const [index, type] of types.entries()) {
        asked.push({ name, type: typeCode(type) as number, ...wayOf(turn + index) });
      }
      asked.push({ name, type: ANY, transport: 'tcp', payload: 1232, dnssecOk: false });
    }
  }
  return asked;
}

/** Whether the name is one of a row of names that differ in a number only, of which the first two are enough. */
function isOneOfMany(name: DomainName): boolean {
  const number = /^(?:mail|ns)(\d+)\./.exec(name)?.[1];
  return number !== undefined && Number(number) > 2;
}

function wayOf(turn: number) {
  return ways[turn % ways.length] as (typeof ways)[number];
}

/** What servers must agree on: one line for the header, one for each record that counts. */
export function essence(message: Message): string[] {
  const flags = [message.authoritative ? 'AA' : '', message.truncated ? 'TC' : ''].filter(Boolean);
  const lines = [[rcodeName(message.rcode), ...flags].join(' ')];
  // What is in a truncated message is not worth comparing: the question comes again.
  if (message.truncated) return lines;
  const referral = !message.authoritative && message.authorities.some(({ type }) => type === 2);
  lines.push(...sorted('answer', message.answers), ...sorted('authority', message.authorities));
  if (referral) lines.push(...sorted('glue', message.additionals));
  return lines;
}

function sorted(section: string, records: readonly ResourceRecord[]): string[] {
  return records
    .map(
      ({ owner, ttl, type, rdata }) =>
        `${section}: ${owner} ${ttl} ${typeName(type)} ${rdataToText(type, rdata).toLowerCase()}`,
    )
    .filter((line, index, all) => all.indexOf(line) === index)
    .sort();
}

/** The question in one line. */
export function askedText({ name, type, transport, payload, dnssecOk }: Asked): string {
  return `${name} ${typeName(type)} ${transport}${payload === 0 ? '' : ` edns=${payload}`}${dnssecOk ? ' do' : ''}`;
}
