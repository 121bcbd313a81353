import { createHash } from 'node:crypto';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { isWithin } from '../../dnssec/rollover/moments.ts';
import type { Additions, Preparation, ZoneToSign } from './desk.ts';
import { type KeySource, type Signing, signedAlike } from './judge.ts';
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
  const policyOf = ({ signedBy }: ZoneToSign): { text: string; policy: DnssecPolicy } | undefined => {
    const policy = signedBy === undefined ? undefined : policies.get(signedBy);
    return signedBy === undefined || policy === undefined
      ? undefined
      : { text: `${signedBy} ${policyDigest(policy)}`, policy };
  };
  return {
    prepared(zone) {
      const named = policyOf(zone);
      const known = settled.get(zone.apex);
      if (named === undefined || known?.policy !== named.text || zone.isPresigned) return undefined;
      if (!isWithin(known, now) || known.mark !== keys.mark(zone.apex)) return undefined;
      const { digest, serial } = known;
      const additions: Additions = { digest, policy: named.policy, serial: serial ?? undefined };
      return { additions, notes: [] };
    },
    begin(zone) {
      // As it is before the keys are read: whatever changes meanwhile makes another one.
      const mark = keys.mark(zone.apex);
      return (signing, { additions, notes }) => {
        const named = policyOf(zone);
        if (signing.kind !== 'signed' || named === undefined || additions === undefined || notes.length > 0) return;
        const { digest, serial = null } = additions;
        settled.note(zone.apex, { mark, policy: named.text, ...signedAlike(signing, now), digest, serial });
      };
    },
  };
}

const digests = new WeakMap<DnssecPolicy, string>();

/** SHA-256 over a policy: equal where zones are signed the same by it. */
export function policyDigest(policy: DnssecPolicy): string {
  let digest = digests.get(policy);
  if (digest === undefined) {
    digest = createHash('sha256').update(JSON.stringify(policy)).digest('base64url');
    digests.set(policy, digest);
  }
  return digest;
}
