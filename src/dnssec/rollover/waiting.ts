import { displayName } from '../../dns/name.ts';
import type { WantedDs } from '../chain.ts';
import type { KeyId } from '../key.ts';
import type { ZoneKeys } from '../zone-keys.ts';
import type { ZoneFacts } from './advance.ts';
import { current, indexOf, isSafe, safeFrom, sameKeys } from './gate.ts';
import { isAllowed, movesTo, targetOf } from './moves.ts';

/** Something that a roll-over waits for. */
export interface Wait {
  readonly what: 'build' | 'caches' | 'parent' | 'clock';
  /** When it is over, seconds since 1970; `undefined` where somebody has to do something first. */
  readonly until: number | undefined;
  /** One sentence that names the zone. */
  readonly why: string;
  /** What somebody has to do; `undefined` where it is over by itself. */
  readonly todo: string | undefined;
}

/** What is waited for before the keys of a zone are as they are wanted; nothing where they are. */
export function waiting(zoneKeys: ZoneKeys, now: number, { secure }: Pick<ZoneFacts, 'secure'>): Wait[] {
  const { keys, progress } = zoneKeys;
  const zone = displayName(zoneKeys.zone);
  if (progress === undefined) {
    if (!secure) return [];
    return [{ what: 'build', until: undefined, why: `${zone} was not signed yet`, todo: 'run "zonewright build"' }];
  }
  if (now < progress.signed) {
    const why = `the clock is behind the last release of ${zone}`;
    return [{ what: 'clock', until: progress.signed, why, todo: 'set the clock of this machine' }];
  }
  const { chain, wanted } = progress;
  const index = indexOf(keys);
  const target = targetOf(keys, secure);
  const waits: Wait[] = [];
  const ds = current(chain, 'ds').keys;
  const asked = (wanted.at(-1) as WantedDs).keys;
  if (!sameKeys(ds, asked)) {
    const why = `the DS of ${zone} at its parent are not those that were asked for`;
    waits.push({ what: 'parent', until: undefined, why, todo: atParent(ds, asked) });
  }
  if (!sameKeys(asked, target.ds)) {
    const until = safeFrom(progress, now, (then) => isSafe(then, 'ds', target.ds, index));
    const why = `before the DS of ${zone} may be that of ${listOf(target.ds)}, resolvers have to forget how the zone was before`;
    if (until !== undefined && until > now) waits.push({ what: 'caches', until, why, todo: undefined });
  }
  const moves = movesTo(chain, target, keys);
  const ends = moves.flatMap((move) => safeFrom(progress, now, (then) => isAllowed(then, move, keys)) ?? []);
  const next = Math.min(...ends);
  if (next === now) {
    waits.push({
      what: 'build',
      until: undefined,
      why: `the next step of the roll-over of ${zone} is safe now`,
      todo: 'run "zonewright build"',
    });
  } else if (Number.isFinite(next)) {
    waits.push({
      what: 'caches',
      until: next,
      why: `resolvers may still have the keys or signatures of ${zone} as they were before`,
      todo: undefined,
    });
  }
  return waits;
}

function atParent(existing: readonly KeyId[], desired: readonly KeyId[]): string {
  const added = desired.filter((id) => !existing.includes(id));
  const removed = existing.filter((id) => !desired.includes(id));
  const parts = [
    added.length > 0 ? `add the DS of ${listOf(added)}` : '',
    removed.length > 0 ? `remove the DS of ${listOf(removed)}` : '',
  ];
  return `${parts.filter((part) => part !== '').join(' and ')} at the parent, then say so with "zonewright keys confirm"`;
}

function listOf(ids: readonly KeyId[]): string {
  return ids.length === 0 ? 'no key' : `key ${ids.join(', ')}`;
}

/** When something can be done without anybody's doing, seconds since 1970; `undefined` where nothing is waited for. */
export function nextStep(zoneKeys: ZoneKeys, now: number, facts: Pick<ZoneFacts, 'secure'>): number | undefined {
  const times = waiting(zoneKeys, now, facts).flatMap(({ until, what }) => (what === 'build' ? [now] : (until ?? [])));
  return times.length === 0 ? undefined : Math.min(...times);
}
