import { diffZone } from '../../compile/plan/delta.ts';
import { type DomainName, ROOT } from '../../dns/name.ts';
import type { Thresholds } from '../../zone/settings.ts';
import type { ChangedZone } from './outcome.ts';

/** How many records an order deletes, changes and adds, and which thresholds that passes. */
export interface OrderPlan {
  readonly deleted: number;
  readonly changed: number;
  readonly added: number;
  /** The zones of which more is deleted or changed than goes without saying. */
  readonly thresholds: readonly {
    readonly zone: string;
    readonly passed: 'deletes' | 'changes';
    readonly records: number;
  }[];
}

/** What an order comes to, counted in records. */
export function planOf(zones: readonly ChangedZone[], thresholds: Thresholds): OrderPlan {
  const sum = { deleted: 0, changed: 0, added: 0 };
  const passed: OrderPlan['thresholds'][number][] = [];
  for (const { zone, before, view } of zones) {
    const delta = diffZone(before?.declared, view?.declared);
    if (delta === undefined) continue;
    const { deleted, changed, added } = delta.counts;
    sum.deleted += deleted;
    sum.changed += changed;
    sum.added += added;
    const { deletes, changes } = thresholds;
    const beyond = (count: number, { percent, records }: { percent: number; records: number }): boolean =>
      count >= records && count * 100 > percent * delta.existingRecords;
    if (beyond(deleted, deletes)) passed.push({ zone: nameOf(zone), passed: 'deletes', records: deleted });
    const all = deleted + changed + added;
    if (changes !== undefined && beyond(all, changes))
      passed.push({ zone: nameOf(zone), passed: 'changes', records: all });
  }
  return { ...sum, thresholds: passed };
}

function nameOf(zone: DomainName): string {
  return zone === ROOT ? ROOT : zone.slice(0, -1);
}
