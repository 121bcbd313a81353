import type { KeyObject } from 'node:crypto';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { printTime } from '../../dns/timestamp.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import { advance } from '../../dnssec/rollover/advance.ts';
import { momentsOf, type Span, untilNext } from '../../dnssec/rollover/moments.ts';
import { type SigningPlan, signingPlan } from '../../dnssec/rollover/plan.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import type { SigningNote } from './desk.ts';

/** Where keys come from, and what builds did with them goes to. */
export interface KeySource {
  /** The zones that have keys. */
  zones(): readonly DomainName[];
  /** What tells, without reading them, whether the keys of a zone are as they were: equal where they are. */
  mark(apex: DomainName): string;
  /**
   * What is known of a zone's keys, by the store and by the release before; `undefined` where it has none. `propagation` is
   * that of the zone's policy, in seconds. Throws a KeyStoreError.
   */
  read(apex: DomainName, propagation: number): ZoneKeys | undefined;
  /** The private half of a key. Throws a KeyStoreError. */
  privateKey(key: ZoneKey): Promise<KeyObject>;
  /** Records what a release did with the keys of zones. */
  write(zones: readonly ZoneKeys[]): Promise<void>;
}

/** A signed zone in a release that is made now. */
export interface SignedZone {
  readonly kind: 'signed';
  /** As they were before. */
  readonly before: ZoneKeys;
  /** After this release. */
  readonly after: ZoneKeys;
  readonly plan: SigningPlan;
  readonly policy: DnssecPolicy;
}

/** A zone that is not signed in a release that is made now. */
export interface UnsignedZone {
  readonly kind: 'unsigned';
  /** Of a zone that was signed before: its keys after this release, which resolvers may still know. */
  readonly left?: Pick<SignedZone, 'after' | 'policy'>;
}

/** How a zone is signed in a release that is made now. */
export type Signing = SignedZone | UnsignedZone | { readonly kind: 'fault'; readonly note: SigningNote };

/** Clocks differ by so much without anything being wrong, seconds. */
const CLOCK_SLACK = 300;
/** No zone that is in use goes without new signatures for longer than this, seconds: the clock is wrong then. */
const CLOCK_LEAP = 2 * 366 * 86400;

/**
 * How a zone is signed in a release that is made now, by the policy that its settings name. One that is not to be signed any
 * more goes on being signed until that is safe.
 */
export function judge(
  apex: DomainName,
  policyName: string | undefined,
  keys: KeySource | undefined,
  policies: ReadonlyMap<string, DnssecPolicy>,
  now: number,
): Signing {
  const name = displayName(apex);
  const fault = (rule: SigningNote['rule'], message: string, fix: string): Signing => ({
    kind: 'fault',
    note: { rule, message, fix },
  });
  const policy = policyName === undefined ? undefined : policies.get(policyName);
  const used = policy ?? (policies.get('default') as DnssecPolicy);
  let before: ZoneKeys | undefined;
  try {
    before = keys?.read(apex, used.propagation);
  } catch (error) {
    if (error instanceof KeyStoreError) return fault('signing-key-unusable', error.message, error.fix);
    throw error;
  }
  const keyMissing = (): Signing => {
    const message = `${name} is to be signed by the policy "${policyName}" and has no key`;
    return fault('signing-key-missing', message, `make it: zonewright keys generate ${name}`);
  };
  if (before === undefined || before.keys.length === 0) {
    return policyName === undefined ? { kind: 'unsigned' } : keyMissing();
  }
  if (policy === undefined && before.progress === undefined) return { kind: 'unsigned' };
  const wrong = clockFault(before, now);
  if (wrong !== undefined) return fault('signing-clock', wrong.message, wrong.fix);
  const facts = { secure: policy !== undefined, maxTtl: maxTtlOf(before) };
  const after = advance(before, used, now, facts);
  const plan = signingPlan(after, policy !== undefined);
  if (plan.dnskeys.length === 0 || plan.zoneSigners.length === 0) {
    return policy === undefined ? { kind: 'unsigned', left: { after, policy: used } } : keyMissing();
  }
  return { kind: 'signed', before, after, plan, policy: used };
}

/** How long a zone goes on being signed as it is now if nobody does anything. */
export function signedAlike({ before, after }: SignedZone, now: number): Span {
  const leaps = [before, after].flatMap(({ progress }) =>
    progress === undefined ? [] : [progress.signed + CLOCK_LEAP + 1],
  );
  return untilNext([...momentsOf(before), ...momentsOf(after), ...leaps], now);
}

/** Why the clock must be wrong: what was done with keys is later, or longer ago than any zone goes without signatures. */
export function clockFault(zoneKeys: ZoneKeys, now: number): Pick<SigningNote, 'message' | 'fix'> | undefined {
  const { zone, keys, progress } = zoneKeys;
  // Keys may have been made long before they are used, but not later than now.
  const made = Math.max(...keys.map(({ created }) => created));
  const signed = progress?.signed ?? (made > now ? made : now);
  if (now >= signed - CLOCK_SLACK && now <= signed + CLOCK_LEAP) return undefined;
  const last = `the last that happened to the keys of ${displayName(zone)} was at ${printTime(signed)}`;
  return {
    message: `the clock says ${printTime(now)}, and ${last}`,
    fix: 'set the clock of this machine: signatures with wrong times are not valid',
  };
}

/** Before a zone was ever signed resolvers keep its RRsets for a day at most, unless its TTLs say more. */
function maxTtlOf({ progress }: ZoneKeys): number {
  return progress?.chain.signatures.at(-1)?.ttl ?? 86400;
}
