import type { DomainName } from '../../../dns/name.ts';
import type { RecordEdit } from '../../../pipeline/origin/order.ts';
import { isNodeName } from '../../../zone/inventory/values.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { withFinalDots } from '../content.ts';
import { ownerOf } from '../values.ts';
import { missing } from './ask.ts';
import { not } from './say.ts';

type Fields = ReadonlyMap<string, unknown>;

/** Types of forward and reverse zones, and what is said of others. */
const forward = {
  types: new Set(['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV']),
  fault: 'Invalid record type (Allowed values are A/AAAA/CNAME/TXT/MX/SRV',
};
const reverse = { types: new Set(['PTR']), fault: 'Invalid record type (Allowed values are PTR' };

/** What is said of a value that is none of its type. */
const valueFaults = new Map([
  ['A', 'Invalid IPv4 address'],
  ['AAAA', 'Invalid IPv6 address'],
  ['CNAME', 'Invalid CNAME value'],
  ['TXT', 'Invalid TXT value'],
  ['MX', 'Invalid MX server label'],
  ['SRV', 'Invalid SRV target'],
  ['PTR', 'Invalid PTR value'],
]);

/** The provider's words for what the repository says of a field. */
export function faultOf(type: string, field: string): string | undefined {
  if (field === 'owner') return 'Invalid label';
  return field === 'value' ? valueFaults.get(type) : undefined;
}

/** The edit that a record in the provider's form stands for; the answer where something is wrong with it. */
export function readRecord(fields: Fields, zone: DomainName): (RecordEdit & { readonly op: 'add' }) | Answer {
  const lacking = missing(fields, 'label', 'type', 'ttl');
  if (lacking !== undefined) return lacking;
  const [label, type, ttl] = ['label', 'type', 'ttl'].map((name) => fields.get(name));
  if (!Number.isInteger(ttl) || (ttl as number) < 1 || (ttl as number) > 2147483647)
    return not('Invalid TTL !(0 > ttl > 2147483647)');
  const owner = typeof label === 'string' && /^\S+$/.test(label) ? ownerOf(label, zone) : undefined;
  if (owner === undefined) return not('Invalid label');
  const { types, fault } = zone.includes('arpa') ? reverse : forward;
  if (typeof type !== 'string' || !types.has(type)) return not(fault);
  const text = readValue(fields, type);
  if (isAnswer(text)) return text;
  const nodes = readNodes(fields.get('pinned_nodes'));
  if (isAnswer(nodes)) return nodes;
  const proxied = (type === 'A' || type === 'AAAA') && isTrue(fields.get('proxied'));
  const options = nodes === undefined && !proxied ? undefined : { nodes, proxied };
  const value = options === undefined ? { text } : { text, options };
  return { op: 'add', owner, type, ttl: ttl as number, values: [value] };
}

/** The value in presentation form, with the numbers that the provider has beside it. */
function readValue(fields: Fields, type: string): string | Answer {
  const beside =
    { A: ['proxied'], AAAA: ['proxied'], MX: ['priority'], SRV: ['priority', 'weight', 'port'] }[type] ?? [];
  const lacking = missing(fields, 'value', ...beside);
  if (lacking !== undefined) return lacking;
  const value = fields.get('value');
  if (typeof value !== 'string' || value === '') return not(valueFaults.get(type) ?? 'Invalid value');
  if (type !== 'MX' && type !== 'SRV') return withFinalDots(type, value);
  if (/\s/.test(value)) return not(valueFaults.get(type) as string);
  const numbers = beside.map((name) => numberOf(fields.get(name)));
  if (numbers.includes(undefined))
    return not(
      type === 'MX' ? 'MX priority must be an integer' : 'SRV priority, weight, and port must be a positive integer',
    );
  return withFinalDots(type, [...numbers, value].join(' '));
}

/** A number that fits into 16 bits, or the same in digits: some clients send it so. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) && (number as number) >= 0 && (number as number) <= 65535
    ? (number as number)
    : undefined;
}

/** `a, b`, or a list, of names of nodes; `undefined` where the record is pinned to none. */
function readNodes(value: unknown): readonly string[] | undefined | Answer {
  if (value === undefined || value === null || value === '') return undefined;
  const names: unknown[] = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : [value].flat();
  if (names.length === 0) return not('You must pin at least one node');
  const bad = names.find((name) => typeof name !== 'string' || !isNodeName(name));
  if (bad !== undefined || names.length > 1000) return not(`Node ${shown(bad)} is not a valid node`);
  return [...new Set(names as string[])];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1;
}

function shown(value: unknown): string {
  return String(value)
    .replace(/[\x00-\x1f\x7f]/g, '?')
    .slice(0, 100);
}
