import { algorithmText } from '../../dns/dnssec/ds.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { printTime } from '../../dns/timestamp.ts';
import type { KeyId } from '../../dnssec/key.ts';
import { missingRoles } from '../../dnssec/rollover/decide.ts';
import { current, sameKeys } from '../../dnssec/rollover/gate.ts';
import { waiting } from '../../dnssec/rollover/waiting.ts';
import type { SignedZone, Signing } from '../signing/judge.ts';

/** What a release means for the chain of trust of a zone, in words. */
export interface DnssecConsequence {
  readonly zone: DomainName;
  /**
   * `signed`: for the first time; `keys`: others are published or sign; `resigned`: the whole zone, in another way; `renewed`:
   * some signatures; `unsigned`: it is on its way there; `parent`: the DS has to change; `waiting`: nothing happens yet;
   * `fault`: it cannot be signed.
   */
  readonly what: 'signed' | 'keys' | 'resigned' | 'renewed' | 'unsigned' | 'parent' | 'waiting' | 'fault';
  /** One sentence, without the zone's name at its beginning. */
  readonly text: string;
  /** What somebody has to do; `undefined` where nothing is to be done. */
  readonly todo: string | undefined;
}

/** What is known about the signing of a zone before and after. */
export interface SigningChange {
  readonly apex: DomainName;
  /** The policy that signed it; `undefined`: it was not signed. */
  readonly existing: DnssecPolicy | undefined;
  readonly signing: Signing;
  /** Whether its settings name a policy. */
  readonly wanted: boolean;
  /** How many of its RRsets are new or changed. */
  readonly changedRRsets: number;
  /** How many signatures of the release before are due; `undefined`: not known. */
  readonly due: number | undefined;
  /** Whether its parent is in the same repository, so that the compiler puts the DS there. */
  readonly parentHere: DomainName | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

const ROLL = 'run "zonewright keys roll --due"';

/** The consequences of a release for one zone; none where nothing about its signing changes. */
export function dnssecConsequences(change: SigningChange): DnssecConsequence[] {
  const { apex, signing, existing, wanted, now } = change;
  const found: DnssecConsequence[] = [];
  const say = (what: DnssecConsequence['what'], text: string, todo?: string): void => {
    found.push({ zone: apex, what, text, todo });
  };
  if (signing.kind === 'fault') {
    say('fault', signing.note.message, signing.note.fix);
    return found;
  }
  if (signing.kind === 'unsigned') {
    if (existing !== undefined) say('unsigned', 'its signatures are left out: no resolver has a DS of it any more');
    return found;
  }
  sayKeys(signing, say);
  if (!wanted) say('unsigned', 'it stays signed until no resolver can have its DS');
  sayParent(signing, change.parentHere, say);
  saySignatures(change, signing, say);
  const missing =
    wanted && signing.before.progress !== undefined ? missingRoles(signing.after.keys, signing.policy) : [];
  if (missing.length > 0) {
    const asked = `a ${missing.join(' and a ')} of ${algorithmText(signing.policy.algorithm)}`;
    say('waiting', `its policy asks for ${asked}; the keys that there are go on until a roll-over begins`, ROLL);
  }
  for (const { what, until, why, todo } of waiting(signing.after, now, { secure: wanted })) {
    if (what === 'caches' && until !== undefined) say('waiting', `until ${printTime(until)}: ${why}`, todo);
  }
  return found;
}

type Say = (what: DnssecConsequence['what'], text: string, todo?: string) => void;

function sayKeys({ before, after, plan, policy }: SignedZone, say: Say): void {
  const roleOf = new Map(after.keys.map(({ id, role }) => [id, role]));
  const named = (ids: readonly KeyId[]): string => ids.map((id) => `${id} (${roleOf.get(id)})`).join(', ');
  const areNamed = (ids: readonly KeyId[]): string =>
    ids.length === 1 ? `the key ${named(ids)} is` : `the keys ${named(ids)} are`;
  if (before.progress === undefined) {
    const denial = policy.denial === 'nsec' ? 'NSEC' : `NSEC3${policy.optOut ? ' with opt-out' : ''}`;
    say('signed', `it is signed for the first time, with ${named(plan.dnskeys.map(({ id }) => id))} and ${denial}`);
    return;
  }
  const chains = [before.progress.chain, (after.progress as NonNullable<typeof after.progress>).chain] as const;
  const [published, nowPublished] = chains.map((chain) => current(chain, 'dnskey').keys) as [KeyId[], KeyId[]];
  const [signs, nowSigns] = chains.map((chain) => current(chain, 'signatures').keys) as [KeyId[], KeyId[]];
  const come = nowPublished.filter((id) => !published.includes(id));
  const gone = published.filter((id) => !nowPublished.includes(id));
  if (come.length > 0) say('keys', `${areNamed(come)} published`);
  if (gone.length > 0) say('keys', `${areNamed(gone)} not published any more`);
  if (!sameKeys(signs, nowSigns)) say('keys', `it is signed by ${named(nowSigns)} instead of ${named(signs)}`);
}

function sayParent({ before, after }: SignedZone, parentHere: DomainName | undefined, say: Say): void {
  const asked = before.progress?.wanted.at(-1)?.keys ?? [];
  const nowAsked = after.progress?.wanted.at(-1)?.keys ?? [];
  const added = nowAsked.filter((id) => !asked.includes(id));
  const removed = asked.filter((id) => !nowAsked.includes(id));
  const changes = [
    added.length > 0 ? `the DS of ${added.join(', ')} is to be added` : '',
    removed.length > 0 ? `the DS of ${removed.join(', ')} is to be removed` : '',
  ].filter((text) => text !== '');
  if (changes.length === 0) return;
  const where = parentHere === undefined ? 'at the parent' : `in ${displayName(parentHere)}, which this build does`;
  const todo =
    parentHere === undefined ? 'tell the parent ("zonewright ds" prints the DS), unless it reads CDS' : undefined;
  say('parent', `${changes.join(' and ')} ${where}`, todo);
}

function saySignatures(
  { existing, changedRRsets, due }: SigningChange,
  { policy, before }: SignedZone,
  say: Say,
): void {
  if (before.progress === undefined) return;
  const way = (of: DnssecPolicy): string => JSON.stringify([of.denial, of.optOut]);
  if (existing !== undefined && way(existing) !== way(policy)) {
    say('resigned', `existence is denied by ${policy.denial.toUpperCase()} from now on, so its chain is made anew`);
  } else if (changedRRsets > 0) {
    say(
      'renewed',
      `${changedRRsets === 1 ? '1 RRset is' : `${changedRRsets} RRsets are`} signed anew because of the changes, and the SOA`,
    );
  }
  if (due !== undefined && due > 0)
    say(
      'renewed',
      `${due === 1 ? '1 signature is renewed because it expires' : `${due} signatures are renewed because they expire`} soon`,
    );
}
