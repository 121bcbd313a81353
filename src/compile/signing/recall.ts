import { createHash } from 'node:crypto';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { Additions, Preparation, ZoneToSign } from './desk.ts';
import { type KeySource, type Signing, signedUntil } from './judge.ts';
import type { SettledZones } from './settled.ts';

/** What earlier releases have found out about zones, held against how things are now. */
export interface Recall {
  /** What is added to a zone; `undefined` where its keys have to be read to know that. */
  prepared(zone: ZoneToSign): Preparation | undefined;
  /** Begins to find it out: gives what notes the outcome, where nothing is to be said about the zone. */
  begin(zone: ZoneToSign): (signing: Signing, { additions, notes }: Preparation) => void;
}

/** Recalls what `settled` knows. `now` is in seconds since 1970. */
export function newRecall(
  settled: SettledZones,
  keys: KeySource,
  policies: ReadonlyMap<string, DnssecPolicy>,
  now: number,
): Recall {
  const texts = new Map<string, string>();
  /** Equal as long as whoever names the policy is signed the same way. */
  const textOf = (name: string, policy: DnssecPolicy): string => {
    let text = texts.get(name);
    if (text === undefined) {
      text = `${name} ${createHash('sha256').update(JSON.stringify(policy)).digest('base64url')}`;
      texts.set(name, text);
    }
    return text;
  };
  const policyOf = ({ signedBy }: ZoneToSign): { text: string; policy: DnssecPolicy } | undefined => {
    const policy = signedBy === undefined ? undefined : policies.get(signedBy);
    return signedBy === undefined || policy === undefined ? undefined : { text: textOf(signedBy, policy), policy };
  };
  return {
    prepared(zone) {
      const named = policyOf(zone);
      const known = settled.get(zone.apex);
      if (named === undefined || known?.policy !== named.text || zone.isPresigned) return undefined;
      const { from, until, digest, serial } = known;
      if (from > now || (until ?? Number.POSITIVE_INFINITY) <= now || known.mark !== keys.mark(zone.apex))
        return undefined;
      const additions: Additions = { digest, policy: named.policy, serial: serial ?? undefined };
      return { additions, notes: [] };
    },
    begin(zone) {
      // As it is before the keys are read: whatever changes meanwhile makes another one.
      const mark = keys.mark(zone.apex);
      return (signing, { additions, notes }) => {
        const named = policyOf(zone);
        if (signing.kind !== 'signed' || named === undefined || additions === undefined || notes.length > 0) return;
        const until = signedUntil(signing, now);
        settled.note(zone.apex, {
          mark,
          policy: named.text,
          from: now,
          until: Number.isFinite(until) ? until : null,
          digest: additions.digest,
          serial: additions.serial ?? null,
        });
      };
    },
  };
}
