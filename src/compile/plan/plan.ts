import { compareNames, type DomainName, displayName } from '../../dns/name.ts';
import type { Threshold, Thresholds } from '../../zone/settings.ts';
import { changedRRset, type RecordCounts, type ZoneDelta } from './delta.ts';
import type { DnssecConsequence } from './dnssec.ts';

/** Why a plan must not be released as it is. */
export interface Block {
  readonly zone: DomainName;
  /** What is passed: too many deletions, too many changes, a whole zone, the name servers of a zone. */
  readonly rule: 'deletes-threshold' | 'changes-threshold' | 'zone-deleted' | 'apex-ns-changed';
  readonly message: string;
  readonly fix: string;
}

/** What a release would change. */
export interface Plan {
  /** Zones that are deleted first, then those that change, then new ones, each in canonical order. */
  readonly zones: readonly ZoneDelta[];
  readonly counts: RecordCounts & { readonly zones: number };
  /** Empty where nothing stands in the way, or what does was allowed. */
  readonly blocks: readonly Block[];
  /** What it means for the chains of trust, apart from the records. */
  readonly dnssec: readonly DnssecConsequence[];
}

const RANK = { deleted: 0, changed: 1, created: 2 } as const;
const NS = 2;

/** Puts the deltas of zones together to a plan and holds it against the thresholds. */
export function makePlan(
  deltas: readonly ZoneDelta[],
  thresholds: Thresholds,
  allow: { readonly deletes: boolean },
  dnssec: readonly DnssecConsequence[] = [],
): Plan {
  const zones = [...deltas].sort(
    (a, b) => RANK[a.kind] - RANK[b.kind] || compareNames(a.zone, b.zone) || compareTexts(a.node, b.node),
  );
  const counts = { zones: new Set(zones.map(({ zone }) => zone)).size, deleted: 0, changed: 0, added: 0 };
  for (const { counts: each } of zones) {
    counts.deleted += each.deleted;
    counts.changed += each.changed;
    counts.added += each.added;
  }
  return { zones, counts, blocks: allow.deletes ? [] : zones.flatMap((delta) => blocksOf(delta, thresholds)), dnssec };
}

function compareTexts(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function blocksOf(delta: ZoneDelta, { deletes, changes }: Thresholds): Block[] {
  const name = displayName(delta.zone);
  if (delta.kind === 'created') return [];
  const fix = 'make sure that it is meant, and allow it with --allow-deletes';
  if (delta.kind === 'deleted') {
    return [
      {
        zone: delta.zone,
        rule: 'zone-deleted',
        message: `the whole zone ${name} is deleted (${delta.existingRecords} records)`,
        fix,
      },
    ];
  }
  const blocks: Block[] = [];
  const { deleted, changed, added } = delta.counts;
  if (passes(deleted, delta.existingRecords, deletes)) {
    const message = `${deleted} of ${delta.existingRecords} records of ${name} are deleted`;
    blocks.push({ zone: delta.zone, rule: 'deletes-threshold', message, fix });
  }
  if (passes(deleted + changed + added, delta.existingRecords, changes)) {
    const message = `${deleted + changed + added} records of ${name} change, and it has ${delta.existingRecords}`;
    blocks.push({ zone: delta.zone, rule: 'changes-threshold', message, fix });
  }
  if (delta.changes.some((change) => change.kind !== 'add' && isApexNs(delta, change))) {
    const message = `the name servers of ${name} change; the delegation in the parent zone must follow`;
    blocks.push({
      zone: delta.zone,
      rule: 'apex-ns-changed',
      message,
      fix: 'tell the parent, and allow it with --allow-deletes',
    });
  }
  return blocks;
}

function isApexNs(delta: ZoneDelta, change: ZoneDelta['changes'][number]): boolean {
  const { owner, type } = changedRRset(change);
  return (
    type === NS &&
    owner === delta.zone &&
    (change.kind !== 'change' ||
      change.existing.rdatas.length !== change.desired.rdatas.length ||
      hasOtherNames(change))
  );
}

function hasOtherNames(change: Extract<ZoneDelta['changes'][number], { kind: 'change' }>): boolean {
  const names = new Set(change.existing.rdatas.map((rdata) => rdata.toLowerCase()));
  return change.desired.rdatas.some((rdata) => !names.has(rdata.toLowerCase()));
}

/** Both the share and the number must be passed: two of three records are nothing to stop for. */
function passes(records: number, of: number, threshold: Threshold | undefined): boolean {
  return (
    threshold !== undefined && records > 0 && records >= threshold.records && records * 100 > of * threshold.percent
  );
}
