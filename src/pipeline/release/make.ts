import type { DomainName } from '../../dns/name.ts';
import type { Built, Held, NotBuilt } from '../build.ts';
import type { Failure } from '../failure.ts';
import type { ScheduledZone, SigningSchedule } from '../keys/schedule.ts';
import type { Renewed } from './renew.ts';
import type { ReleaseStore } from './store.ts';

/** What release is to be made: plain data, which goes from one process to another. */
export interface WantedRelease {
  /** The zones that are to be signed. */
  readonly signed: readonly DomainName[];
  /** The commit in the place of the head. */
  readonly at?: string | undefined;
  /** The commit for which the thresholds were lifted. */
  readonly liftedFor?: string | undefined;
  /** Whether first is done what is due for keys, and private keys are tried: parents are asked, and roll-overs begin. */
  readonly renews?: boolean | undefined;
}

/** What came of making a release: plain data, which goes from one process to another. */
export interface Made {
  readonly built: Built | NotBuilt | Held | Failure;
  /** The zones for which keys were made. */
  readonly keysFor: readonly DomainName[];
  /** What was done for keys first; `undefined` where that was not asked for. */
  readonly renewed?: Renewed | undefined;
  /** When signatures are due; `undefined` where nothing is signed or nothing was built. */
  readonly schedule: { readonly zones: readonly ScheduledZone[]; readonly first: SigningSchedule['first'] } | undefined;
}

/** Makes the release of the head: keys that are missing, the release itself, and the schedule of its signatures. */
export async function makeRelease(store: ReleaseStore, wanted: WantedRelease): Promise<Made> {
  const { signed, at, liftedFor, renews = false } = wanted;
  const none = { keysFor: [], schedule: undefined };
  const keys = signed.length === 0 ? undefined : await store.makeKeys(signed);
  if (keys?.kind === 'failure') return { ...none, built: keys };
  const keysFor = (keys?.zones ?? []).filter(({ made }) => made.length > 0).map(({ zone }) => zone);
  const renewed = renews && signed.length > 0 && store.current() !== undefined ? await store.renewKeys() : undefined;
  const built = await store.build({ at, liftedFor });
  if (built.kind !== 'built' || signed.length === 0) return { ...none, keysFor, renewed, built };
  const schedule = await store.schedule({ at, tryKeys: renews });
  if (schedule.kind === 'failure') return { ...none, keysFor, renewed, built: schedule };
  return { built, keysFor, renewed, schedule: { zones: schedule.zones, first: schedule.first } };
}
