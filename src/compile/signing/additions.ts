import { createHash } from 'node:crypto';
import type { Serial } from '../../dns/serial.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import type { SignedChild } from './children.ts';
import type { Additions } from './desk.ts';
import type { Signing } from './judge.ts';

/** What is added to a zone that is signed here, was until now, or has signed zones below; `undefined`: nothing. */
export function additionsOf(signing: Signing, children: readonly SignedChild[]): Additions | undefined {
  const withDs = children.filter(({ ds }) => ds.length > 0);
  const left = signing.kind === 'unsigned' ? signing.left : undefined;
  if (signing.kind !== 'signed' && left === undefined && withDs.length === 0) return undefined;
  const parts: unknown[] = withDs.map(({ apex, ds, digests }) => [apex, ds.map(({ id }) => id), digests]);
  if (signing.kind !== 'signed') {
    if (left !== undefined) parts.push('unsigned');
    const serial = left?.after.progress?.serial as Serial | undefined;
    return { digest: digestOf(parts), policy: undefined, serial };
  }
  const { plan, policy, after } = signing;
  const { dnskeyTtl, denial, optOut, zonemd, dsDigests } = policy;
  const ids = (keys: readonly ZoneKey[]): string[] => keys.map(({ id }) => id).sort();
  const cds = Array.isArray(plan.cds) ? ids(plan.cds) : plan.cds;
  parts.push(ids(plan.dnskeys), ids(plan.dnskeySigners), ids(plan.zoneSigners), policy.cds ? cds : []);
  // What the parent is asked for counts also where no CDS says it: the time since when is recorded with a release.
  parts.push(ids(plan.ds), ids(plan.dsToCome), dnskeyTtl, denial, optOut, zonemd, dsDigests);
  return { digest: digestOf(parts), policy, serial: after.progress?.serial as Serial | undefined };
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
