import { rrsetsInOrder } from '../dns/master/writer.ts';
import type { RRset } from '../dns/rrset.ts';
import type { CompiledZone } from './compile.ts';
import { digestZone, type ZoneDigest } from './digest.ts';

/** A compiled zone in the order in which it is written, and its digest. */
export interface OrderedZone extends ZoneDigest {
  readonly compiled: CompiledZone;
  /** What every node serves that has nothing of its own. */
  readonly rrsets: readonly RRset[];
}

/** Puts a compiled zone in order and works out its digest. */
export function orderZone(compiled: CompiledZone): OrderedZone {
  const { apex, names, nodes } = compiled;
  const rrsets = rrsetsInOrder(apex, names);
  const parts = [{ heading: '', rrsets: rrsets as readonly RRset[] }];
  for (const [node, own] of nodes) parts.push({ heading: `node ${node}`, rrsets: rrsetsInOrder(apex, own) });
  return { ...digestZone(parts), compiled, rrsets };
}

/** The RRsets of a node with values of its own, in the order in which they are written. */
export function rrsetsOfNode({ compiled }: OrderedZone, node: string): readonly RRset[] {
  const own = compiled.nodes.get(node) ?? new Map();
  return rrsetsInOrder(compiled.apex, new Map([...compiled.names, ...own]));
}
