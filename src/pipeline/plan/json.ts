import type { RRsetChange } from '../../compile/plan/delta.ts';
import type { Plan } from '../../compile/plan/plan.ts';
import { rdataToText, typeName } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';

/** The plan as one JSON document (`schemas/plan.schema.json`). */
export function planJson(plan: Plan): string {
  const document = {
    format_version: '1.1',
    counts: plan.counts,
    blocked: plan.blocks.length > 0,
    blocks: plan.blocks,
    dnssec: plan.dnssec.map(({ zone, what, text, todo }) => ({ zone, what, text, todo: todo ?? null })),
    zones: plan.zones.map(({ zone, node, kind, counts, changes }) => ({
      zone,
      ...(node !== undefined && { node }),
      kind,
      counts,
      changes: changes.map(changeJson),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function changeJson(change: RRsetChange): object {
  const { owner, type } = change.kind === 'delete' ? change.existing : change.desired;
  return {
    kind: change.kind,
    owner,
    type: typeName(type),
    ...(change.kind !== 'add' && { existing: rrsetJson(change.existing) }),
    ...(change.kind !== 'delete' && { desired: rrsetJson(change.desired) }),
  };
}

function rrsetJson({ ttl, type, rdatas }: RRset): object {
  return { ttl, values: rdatas.map((rdata) => rdataToText(type, rdata)) };
}
