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
  const { keys, progress, parent } = zoneKeys;
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
  const { keys: asked, since } = wanted.at(-1) as WantedDs;
  const askFrom = sameKeys(asked, target.ds)
    ? undefined
    : safeFrom(progress, now, (then) => isSafe(then, 'ds', target.ds, index));
  // Where a build asks for something else now, nobody has to do what was asked for before.
  if (askFrom !== now && (!sameKeys(ds, asked) || wanted.length > 1)) {
    const isSeen = parent !== undefined && parent.at > since && sameKeys(parent.keys, asked);
    const why = `the DS of ${zone} at its parent were not seen as they were asked for`;
    waits.push(isSeen ? buildNow(zone) : { what: 'parent', until: undefined, why, todo: atParent(ds, asked) });
  }
  if (!sameKeys(asked, target.ds)) {
    const until = askFrom;
    const why = `before the DS of ${zone} may be that of ${listOf(target.ds)}, resolvers have to forget how the zone was before`;
    if (until === now && !waits.some(({ what }) => what === 'build')) waits.push(buildNow(zone));
    else if (until !== undefined && until > now) waits.push({ what: 'caches', until, why, todo: undefined });
  }
  const moves = movesTo(chain, target, keys);
  const ends = moves.flatMap((move) => safeFrom(progress, now, (then) => isAllowed(then, move, keys)) ?? []);
  const next = Math.min(...ends);
  if (next === now && !waits.some(({ what }) => what === 'build')) waits.push(buildNow(zone));
  else if (next > now && Number.isFinite(next)) {
    const why = `resolvers may still have the keys or signatures of ${zone} as they were before`;
    waits.push({ what: 'caches', until: next, why, todo: undefined });
  }
  return waits;
}

function buildNow(zone: string): Wait {
  const why = `the next step of the roll-over of ${zone} is safe now`;
  return { what: 'build', until: undefined, why, todo: 'run "zonewright build" and roll the release out' };
}

function atParent(existing: readonly KeyId[], desired: readonly KeyId[]): string {
  const added = desired.filter((id) => !existing.includes(id));
  const removed = existing.filter((id) => !desired.includes(id));
  const parts = [
    added.length > 0 ? `add the DS of ${listOf(added)}` : '',
    removed.length > 0 ? `remove the DS of ${listOf(removed)}` : '',
  ].filter((part) => part !== '');
  const seen = 'have it seen with "zonewright keys status --ask-parent", or say so with "zonewright keys confirm"';
  return parts.length === 0 ? seen : `${parts.join(' and ')} at the parent, then ${seen}`;
}

function listOf(ids: readonly KeyId[]): string {
  return ids.length === 0 ? 'no key' : `key ${ids.join(', ')}`;
}
