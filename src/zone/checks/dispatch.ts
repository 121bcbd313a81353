import type { ZoneSettings } from '../settings.ts';
import type { Check } from './check.ts';
import { checks } from './list.ts';
import { isOn } from './severity.ts';

/** A check and one of its functions. */
export interface Task<Run> {
  readonly check: Check;
  readonly run: Run;
}

/** The task that looks at one RRset. */
export type RRsetTask = Task<NonNullable<Check['rrset']>['run']>;

/** Who looks at what in one pass over a zone, made once for each set of checks that are on. */
export interface Dispatch {
  /** Those who look at an RRset of a type; a type that is not here has none but `everyType`. */
  readonly byType: ReadonlyMap<number, readonly RRsetTask[]>;
  /** Those who look at RRsets of all types; they are in each list of `byType` as well. */
  readonly everyType: readonly RRsetTask[];
  readonly owner: readonly Task<NonNullable<Check['owner']>>[];
  readonly zone: readonly Task<NonNullable<Check['zone']>>[];
}

const known = new Map<string, Dispatch>();

/** The dispatch for the settings of a zone. */
export function dispatchFor(settings: ZoneSettings['checks']): Dispatch {
  // Only `off` and opt-in choose who runs; most zones of a repository have the same choice.
  const key = settings.size === 0 ? '' : checks.map((check) => (isOn(check, settings) ? '1' : '0')).join('');
  let dispatch = known.get(key);
  if (dispatch === undefined) {
    dispatch = makeDispatch(checks.filter((check) => isOn(check, settings)));
    if (known.size >= 256) known.clear();
    known.set(key, dispatch);
  }
  return dispatch;
}

function makeDispatch(on: readonly Check[]): Dispatch {
  const types = new Set<number>(
    on.flatMap(({ rrset }) => (rrset === undefined || rrset.types === 'every' ? [] : rrset.types)),
  );
  const tasksFor = (type: number | undefined): RRsetTask[] => {
    const tasks: RRsetTask[] = [];
    for (const check of on) {
      const { rrset } = check;
      if (rrset === undefined) continue;
      const wanted = rrset.types === 'every' || (type !== undefined && rrset.types.includes(type));
      if (wanted) tasks.push({ check, run: rrset.run });
    }
    return tasks;
  };
  return {
    byType: new Map([...types].map((type) => [type, tasksFor(type)])),
    everyType: tasksFor(undefined),
    owner: on.flatMap((check) => (check.owner === undefined ? [] : [{ check, run: check.owner }])),
    zone: on.flatMap((check) => (check.zone === undefined ? [] : [{ check, run: check.zone }])),
  };
}
