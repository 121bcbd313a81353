import { join } from 'node:path';
import { lookup } from '../../dns/answer/lookup.ts';
import { rrsetOf, type ServedZone, TYPE } from '../../dns/answer/served-zone.ts';
import { signingKeys } from '../../dns/dnssec/validate/signature.ts';
import type { ZoneTrust } from '../../dns/dnssec/validate/trust.ts';
import { type DomainName, parentName } from '../../dns/name.ts';
import { type RRset, sameRRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import type { ZoneChanges } from '../nameservers/adapter.ts';
import { loadZone } from '../nameservers/embedded/zone-loader.ts';
import { type Release, zoneFileOnNode } from '../release/release.ts';

/** A question that a node has to answer as it was compiled. */
export interface ExpectedAnswer {
  readonly owner: DomainName;
  readonly type: number;
  /**
   * `answer`: this RRset, with AA; `referral`: these NS in the authority section; `gone`: no such RRset.
   */
  readonly expected: { readonly kind: 'answer' | 'referral'; readonly rrset: RRset } | { readonly kind: 'gone' };
  /** With which keys the answer is signed; `undefined` in an unsigned zone. */
  readonly trust: ZoneTrust | undefined;
}

/** What a node that serves a release has to answer. */
export interface Expectation {
  /** The serials of the zones that have changed. */
  readonly serials: readonly { readonly apex: DomainName; readonly serial: Serial }[];
  /** Zones that must not be served any more. */
  readonly gone: readonly DomainName[];
  readonly answers: readonly ExpectedAnswer[];
  /** Some of the zones that have not changed. */
  readonly sample: readonly { readonly apex: DomainName; readonly serial: Serial }[];
}

/** Of so many changed zones serials are asked for, of so many their content, and with so many questions. */
const BOUNDS = { serials: 20_000, zones: 100, questions: 200 } as const;

/** Types that are not asked for: proofs are judged with the answers that need them. */
const NOT_ASKED: ReadonlySet<number> = new Set([TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3]);

/** What is expected of a node, what it had before and what has changed being known. */
export function expectationFor(
  node: string,
  existing: Release | undefined,
  desired: Release,
  changes: ZoneChanges,
  sample: number,
): Expectation {
  const listed = (apexes: readonly DomainName[]) =>
    apexes.map((apex) => ({ apex, serial: (desired.zones.get(apex) as { zone: { serial: Serial } }).zone.serial }));
  const different = [...changes.changed, ...changes.added];
  const isChanged = new Set(different);
  const unchanged = [...desired.zones.keys()].filter((apex) => !isChanged.has(apex));
  const questions = spread(different, BOUNDS.zones).map((apex) =>
    questionsFor(apex, zoneOn(node, existing, apex), zoneOn(node, desired, apex), desired.zones),
  );
  return {
    serials: listed(spread(different, BOUNDS.serials)),
    gone: spread(changes.removed, BOUNDS.serials),
    answers: takeInTurn(questions, BOUNDS.questions),
    sample: listed(spread(unchanged, sample)),
  };
}

function zoneOn(node: string, release: Release | undefined, apex: DomainName): ServedZone | undefined {
  const zone = release?.zones.get(apex)?.zone;
  const file = zone === undefined ? undefined : zoneFileOnNode(zone, node);
  if (file === undefined || release?.folder === undefined) return undefined;
  return loadZone(join(release.folder, file.path), apex);
}

function questionsFor(
  apex: DomainName,
  before: ServedZone | undefined,
  after: ServedZone | undefined,
  zones: ReadonlyMap<DomainName, unknown>,
): ExpectedAnswer[] {
  if (after === undefined) return [];
  const trust = trustIn(after);
  const questions: ExpectedAnswer[] = [];
  const ask = (owner: DomainName, type: number, expected: ExpectedAnswer['expected']): void => {
    // The DS of a zone below stands in this one, all else there does not.
    const asked = type === TYPE.DS ? (parentName(owner) ?? owner) : owner;
    if (zoneFor(asked, zones) === apex) questions.push({ owner, type, expected, trust });
  };
  for (const [owner, rrsets] of after.owners) {
    const old = before?.owners.get(owner) ?? [];
    for (const rrset of rrsets) {
      const { type } = rrset;
      if (NOT_ASKED.has(type) || old.some((each) => sameRRset(each, rrset))) continue;
      const { kind } = lookup(after, owner, type === TYPE.DS);
      if (kind === 'node') ask(owner, type, { kind: 'answer', rrset });
      else if (kind === 'cut' && type === TYPE.NS && lookup(after, owner, true).kind === 'node')
        ask(owner, type, { kind: 'referral', rrset });
    }
  }
  for (const [owner, rrsets] of before?.owners ?? []) {
    const next = after.owners.get(owner) ?? [];
    for (const { type } of rrsets) {
      if (NOT_ASKED.has(type) || rrsetOf(next, type) !== undefined) continue;
      const { kind } = lookup(after, owner, type === TYPE.DS);
      // A wildcard, a delegation or a DNAME may now stand for it.
      if (kind === 'node' || kind === 'missing') ask(owner, type, { kind: 'gone' });
    }
  }
  return [...spread(questions, BOUNDS.questions)];
}

/** The zone of the release that answers for a name. */
function zoneFor(name: DomainName, zones: ReadonlyMap<DomainName, unknown>): DomainName | undefined {
  for (let at: DomainName | undefined = name; at !== undefined; at = parentName(at)) if (zones.has(at)) return at;
  return undefined;
}

/** The keys that a zone was signed with, which the release itself vouches for. */
function trustIn({ apex, owners, signed }: ServedZone): ZoneTrust | undefined {
  const dnskey = rrsetOf(owners.get(apex) ?? [], DNSKEY.code);
  if (!signed || dnskey === undefined) return undefined;
  return { kind: 'secure', apex, keys: signingKeys(dnskey.rdatas), algorithms: [] };
}

/** At most so many items, from all over the list. */
export function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);
}

/** One of each list in turn, until there are enough. */
function takeInTurn<T>(lists: readonly (readonly T[])[], most: number): T[] {
  const taken: T[] = [];
  for (let i = 0; taken.length < most; i++) {
    const round = lists.flatMap((list) => (i < list.length ? [list[i] as T] : []));
    if (round.length === 0) break;
    taken.push(...round.slice(0, most - taken.length));
  }
  return taken;
}
