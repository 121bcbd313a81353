import { announcedAfter, type RouteEvent } from './collector.ts';
import type { Look } from './probe.ts';

/** What the collector's log and the answers of the nodes come to. */
export interface Proof {
  readonly announcements: number;
  readonly withdrawals: number;
  /** How often a node was asked while it was announced. */
  readonly looks: number;
  /** What an announced node has served that was never verified on it. */
  readonly unverified: readonly { readonly node: string; readonly time: string; readonly label: string }[];
  /** The smallest number of nodes that were announced at a time, once all had been. */
  readonly fewest: number;
}

/**
 * Holds what nodes have answered against what the collector has seen: while a node was announced, it answered only from
 * releases that had been verified on it. `labels` says by which label a release is known from outside.
 */
export function prove(
  events: readonly RouteEvent[],
  looks: readonly Look[],
  labels: ReadonlyMap<string, string>,
  nodes: number,
): Proof {
  const verified = new Map<string, Set<string | undefined>>();
  const unverified: { node: string; time: string; label: string }[] = [];
  let whileAnnounced = 0;
  const announced = intervalsOf(events);
  for (const { node, from, to, label, verified: mark } of looks) {
    const known = verified.get(node) ?? new Set();
    verified.set(node, known);
    if (mark !== null) known.add(labels.get(mark));
    if (label === null || !(announced.get(node) ?? []).some(([start, end]) => start <= from && to <= end)) continue;
    whileAnnounced++;
    if (!known.has(label)) unverified.push({ node, time: new Date(from).toISOString(), label });
  }
  return {
    announcements: events.filter((event) => event.announced).length,
    withdrawals: events.filter((event) => !event.announced).length,
    looks: whileAnnounced,
    unverified,
    fewest: fewestOf(events, nodes),
  };
}

/** When each node was announced to the collector, over whichever family. */
function intervalsOf(events: readonly RouteEvent[]): Map<string, (readonly [number, number])[]> {
  const intervals = new Map<string, (readonly [number, number])[]>();
  const open = new Map<string, { since: number; families: Set<string> }>();
  for (const { node, family, announced, time } of events) {
    const now = open.get(node) ?? { since: time, families: new Set() };
    if (announced) {
      if (now.families.size === 0) now.since = time;
      now.families.add(family);
    } else if (now.families.delete(family) && now.families.size === 0) {
      intervals.set(node, [...(intervals.get(node) ?? []), [now.since, time]]);
    }
    open.set(node, now);
  }
  for (const [node, { since, families }] of open) {
    if (families.size > 0) intervals.set(node, [...(intervals.get(node) ?? []), [since, Number.POSITIVE_INFINITY]]);
  }
  return intervals;
}

function fewestOf(events: readonly RouteEvent[], nodes: number): number {
  let fewest = nodes;
  let complete = false;
  for (let i = 1; i <= events.length; i++) {
    const { size } = announcedAfter(events.slice(0, i));
    complete ||= size === nodes;
    if (complete) fewest = Math.min(fewest, size);
  }
  return complete ? fewest : 0;
}
