import type { Cache } from '../../compile/cache/cache.ts';
import type { Project } from '../../compile/project.ts';
import { type ExistingRelease, placeOfRelease } from '../../compile/release/place.ts';
import { judge, type KeySource } from '../../compile/signing/judge.ts';
import { policyDigest } from '../../compile/signing/recall.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { type Alarm, toleranceOf } from '../../dnssec/alarm.ts';
import { isRolling, missingRoles, nextRoll } from '../../dnssec/rollover/decide.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import { withoutKeys, type ZoneKeys } from '../../dnssec/zone-keys.ts';
import { usualPolicy } from '../../zone/document/policy.ts';
import { type Failure, orFailure } from '../failure.ts';
import { keySource } from '../signing.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';
import { type KnownSchedules, noteSchedule, recallSchedule, stepsFrom } from './known-schedule.ts';
import { policyName, prefetchUnknown } from './open.ts';
import { releaseIn } from './release.ts';
import { type ZoneStatus, zoneStatus } from './zone-status.ts';

/** Of what the schedule is told. */
export interface ScheduleOptions {
  /** The folder of the release that is served. */
  readonly release: string;
  /** The state of the repository that is built; the working folder where none is named. */
  readonly at?: string;
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
  /**
   * Whether each private key that signs is read, so that one that is lost or cannot be decrypted is known before it is
   * needed. With an encrypted store this takes some milliseconds a key.
   */
  readonly tryKeys?: boolean;
}

/** Something that has to be done for a signed zone though no document changes. */
export interface ScheduledStep {
  /**
   * `build`: signatures are renewed, or a roll-over goes on, by `buildRelease`. `roll`: a key has been used for as long as
   * its policy says, or the policy asks for others: `rollKeys` with `due`. `ask-parent`: a roll-over waits for the DS at the
   * parent: `statusOfKeys` with `askParent`, at intervals, since nobody tells when the parent has changed it.
   */
  readonly what: 'build' | 'roll' | 'ask-parent';
  /** When, in milliseconds since 1970; never before the time of the workspace. */
  readonly at: number;
}

/** A zone that is signed, or is to be. */
export interface ScheduledZone {
  readonly zone: DomainName;
  /** The policy by which it is signed; `undefined`: it is not to be signed here. */
  readonly policy: string | undefined;
  /** One of a kind at most, the first first. A step stays until it is done, so one that failed is due at once again. */
  readonly steps: readonly ScheduledStep[];
  /** When the first signature of the release expires, milliseconds since 1970; `undefined` where there is none. */
  readonly expires: number | undefined;
  /** What `keys status` warns of: signatures that were not renewed in time, DS that do not fit, clocks. */
  readonly alarms: readonly Alarm[];
  /** Why a build could not renew the signatures; `undefined` where nothing is known to stand in its way. */
  readonly blocked: Blocked | undefined;
}

/** Why signatures cannot be renewed. */
export interface Blocked {
  /** One sentence that names the zone. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/** What has to be done, and when, so that signatures never expire and roll-overs go on. */
export interface SigningSchedule {
  readonly kind: 'schedule';
  /** By the names of the zones. */
  readonly zones: readonly ScheduledZone[];
  /** When each kind of step is due first, of the zones that are not blocked, milliseconds since 1970. */
  readonly first: Readonly<Record<ScheduledStep['what'], number | undefined>>;
}

/**
 * When what is signed has to be built again though nothing was committed, and what is wrong with it: for a process that
 * builds at these times, and for its metrics. Nothing is written and nobody is asked; the result hangs on nothing but the
 * repository, the key store, the release and the clock of the workspace. Only zones that have keys, or have signatures in
 * the release, are looked at.
 *
 * @example
 * const schedule = await signingSchedule(workspace, { release });
 * if (schedule.kind === 'schedule') queue.addAt(schedule.first.build, 'build');
 */
export function signingSchedule(workspace: Workspace, options: ScheduleOptions): Promise<SigningSchedule | Failure> {
  return orFailure(async () => {
    const ours = workspace.memory?.release.recall(placeOfRelease(options.release))?.release;
    const found = ours === undefined ? releaseIn(options.release) : { release: ours };
    if ('kind' in found) return found;
    const { release } = found;
    const { project, cache, close } = await openWorkspace(workspace, options.at);
    try {
      const keys = keySource(workspace, project, { store: options.store, previous: release });
      const concerned = zonesConcerned(project, keys, release);
      await prefetchUnknown(project, cache, concerned);
      const zones: ScheduledZone[] = [];
      const { memory, now } = workspace;
      const known: Known = { project, cache, keys, release, now, schedules: memory?.schedules };
      for (const zone of concerned) {
        zones.push(await scheduleOf(zone, known, options));
      }
      // Zones come and go as long as a process stays.
      const isConcerned = new Set(concerned);
      for (const remembered of [memory?.schedules, memory?.keys]) {
        for (const zone of remembered?.keys() ?? []) if (!isConcerned.has(zone)) remembered?.delete(zone);
      }
      const first = (what: ScheduledStep['what']): number | undefined => {
        const steps = zones.flatMap(({ steps, blocked }) => (blocked === undefined ? steps : []));
        return steps.reduce<number | undefined>(
          (least, step) => (step.what !== what || (least ?? Infinity) <= step.at ? least : step.at),
          undefined,
        );
      };
      return {
        kind: 'schedule',
        zones,
        first: { build: first('build'), roll: first('roll'), 'ask-parent': first('ask-parent') },
      };
    } finally {
      close();
    }
  });
}

/** Zones of the project that have keys or signatures, by their names. */
function zonesConcerned(project: Project, keys: KeySource, release: ExistingRelease | undefined): DomainName[] {
  const signed = [...(release?.manifest.zones ?? [])].filter(([, { zone }]) => zone.signaturesExpire !== null);
  const all = new Set([...keys.zones(), ...signed.map(([apex]) => apex)]);
  return [...all].filter((apex) => project.zones.has(apex)).sort();
}

interface Known {
  readonly project: Project;
  readonly cache: Cache | undefined;
  readonly keys: KeySource;
  readonly release: ExistingRelease | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What this process has worked out before. */
  readonly schedules: KnownSchedules | undefined;
}

async function scheduleOf(
  zone: DomainName,
  known: Known,
  { tryKeys }: Pick<ScheduleOptions, 'tryKeys'>,
): Promise<ScheduledZone> {
  const { project, keys, release } = known;
  const now = Math.floor(known.now / 1000);
  const expiry = release?.manifest.zones.get(zone)?.zone.signaturesExpire ?? null;
  const expires = expiry === null ? undefined : Date.parse(expiry);
  const nothing = { zone, policy: undefined, steps: [], expires, alarms: [] };
  const name = policyName(project, known.cache, zone);
  if (name === 'unreadable') {
    const message = `the document of ${displayName(zone)} has errors, so the zone cannot be signed`;
    return { ...nothing, blocked: { message, fix: 'run "zonewright check" and correct them' } };
  }
  const policies = project.config.policies;
  const policy = policies.get(name ?? 'default') ?? usualPolicy;
  const key = JSON.stringify([name, policyDigest(policy), expiry, keys.mark(zone)]);
  const found = tryKeys === true ? undefined : recallSchedule(known.schedules, zone, key, known.now);
  if (found !== undefined) return found;
  const signing = judge(zone, name, keys, policies, now);
  if (signing.kind === 'unsigned' && signing.left === undefined) return { ...nothing, blocked: undefined };
  let zoneKeys: ZoneKeys | undefined;
  let blocked: Blocked | undefined = signing.kind === 'fault' ? signing.note : undefined;
  try {
    zoneKeys = keys.read(zone, policy.propagation);
    if (tryKeys === true && signing.kind === 'signed') {
      const { dnskeySigners, zoneSigners } = signing.plan;
      for (const key of new Set([...dnskeySigners, ...zoneSigners])) await keys.privateKey(key);
    }
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    blocked ??= error;
  }
  const status = zoneStatus(zoneKeys ?? withoutKeys(zone), {
    now,
    signedBy: { policy, name },
    release,
  });
  const steps = [
    stepAt('build', buildAt(status, policy)),
    stepAt('roll', zoneKeys === undefined || name === undefined ? undefined : rollAt(zoneKeys, policy, now)),
    stepAt('ask-parent', askAt(status, now)),
  ].flat();
  const scheduled: ScheduledZone = {
    zone,
    policy: name,
    steps: stepsFrom(steps, known.now),
    expires,
    alarms: status.alarms,
    blocked: blocked === undefined ? undefined : { message: blocked.message, fix: blocked.fix },
  };
  if (known.schedules !== undefined && zoneKeys !== undefined) {
    const states = signing.kind === 'signed' ? [zoneKeys, signing.after] : [zoneKeys];
    noteSchedule(known.schedules, scheduled, key, known.now, { states, policy });
  }
  return scheduled;
}

function stepAt(what: ScheduledStep['what'], seconds: number | undefined): ScheduledStep[] {
  return seconds === undefined ? [] : [{ what, at: seconds * 1000 }];
}

/**
 * When a build has enough to do. Signatures expire one after the other (their lifetimes differ by the jitter), so a while is
 * waited behind the first that is due, and those that are by then are renewed together.
 */
function buildAt({ expires, nextStep }: ZoneStatus, policy: DnssecPolicy): number | undefined {
  if (expires === undefined) return nextStep;
  const renewal = Math.floor(expires - policy.signatures.refresh + toleranceOf(policy) / 2);
  return Math.min(renewal, nextStep ?? renewal);
}

/** When the next roll-over begins; one change of policy is finished before the next begins. */
function rollAt(zoneKeys: ZoneKeys, policy: DnssecPolicy, now: number): number | undefined {
  if (missingRoles(zoneKeys.keys, policy).length === 0) return nextRoll(zoneKeys, policy, now);
  const isUnderWay = (['csk', 'ksk', 'zsk'] as const).some((role) => isRolling(zoneKeys, role, now));
  return isUnderWay ? undefined : now;
}

/** When the parent is to be asked: at once, unless it was asked so early that it may yet change its answer. */
function askAt({ waits }: ZoneStatus, now: number): number | undefined {
  const times = waits.flatMap(({ what, until }) => (what === 'parent' ? [until ?? now] : []));
  return times.length === 0 ? undefined : Math.min(...times);
}
