import type { DomainName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { CompiledZone } from '../compile.ts';
import { changedRdatas, changedRRset, countRecords, diffZone, type RRsetChange, type ZoneDelta } from './delta.ts';

/**
 * What differs between two states of a zone: for all nodes, and then for each node that has values of its own in one of them,
 * without what changes everywhere.
 */
export function diffCompiled(before: CompiledZone | undefined, after: CompiledZone | undefined): ZoneDelta[] {
  const everywhere = diffZone(before, after);
  const deltas = everywhere === undefined ? [] : [everywhere];
  if (before === undefined || after === undefined) return deltas;
  const known = new Set(everywhere?.changes.map(textOf));
  for (const node of [...new Set([...before.nodes.keys(), ...after.nodes.keys()])].sort()) {
    const owners = new Set([...(before.nodes.get(node)?.keys() ?? []), ...(after.nodes.get(node)?.keys() ?? [])]);
    const own = diffZone(seenBy(node, before, owners), seenBy(node, after, owners));
    const changes = own?.changes.filter((change) => !known.has(textOf(change))) ?? [];
    if (own !== undefined && changes.length > 0) deltas.push({ ...own, node, changes, counts: countRecords(changes) });
  }
  return deltas;
}

function seenBy(node: string, { apex, names, nodes }: CompiledZone, owners: ReadonlySet<DomainName>) {
  const own = nodes.get(node);
  const seen = new Map<DomainName, readonly RRset[]>();
  for (const owner of owners) seen.set(owner, own?.get(owner) ?? names.get(owner) ?? []);
  return { apex, names: seen };
}

/** Equal for changes that take and give the same. */
function textOf(change: RRsetChange): string {
  const { owner, type } = changedRRset(change);
  const { gone, come } = changedRdatas(change);
  const ttls = change.kind === 'change' ? `${change.existing.ttl} ${change.desired.ttl}` : '';
  return [change.kind, owner, type, ttls, ...[...gone].sort(), '', ...[...come].sort()].join('\n');
}
