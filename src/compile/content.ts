import { rrsetsInOrder } from '../dns/master/writer.ts';
import type { RRset } from '../dns/rrset.ts';
import type { ZoneDifference } from '../zone/amend/amend.ts';
import type { Zone } from '../zone/zone.ts';
import type { CompiledZone } from './compile.ts';
import { digestZone, type ZoneDigest } from './digest.ts';
import { amendOrder, digestOfOrder, orderOf, type ZoneOrder } from './zone-order.ts';

/** A compiled zone in the order in which it is written, and its digest. */
export interface OrderedZone extends ZoneDigest {
  readonly compiled: CompiledZone;
  /** What every node serves that has nothing of its own. */
  readonly rrsets: readonly RRset[];
  /** How it differs from a zone that was put in order before; `undefined` where it was put in order as a whole. */
  readonly amended?: AmendedOrder;
}

/** How a zone in order differs from another one that is exactly what its document declares, as it is itself. */
export interface AmendedOrder {
  readonly difference: ZoneDifference;
  /** The digest of the zone before. */
  readonly before: ZoneDigest;
}

/** A zone in order, in the form in which it can be amended. */
export interface AmendableOrder extends ZoneDigest {
  readonly order: ZoneOrder;
}

/** What is kept of a zone in order so that it can be amended; `undefined` where it is not just what its document declares. */
export function amendable({ names }: Zone, ordered: OrderedZone): AmendableOrder | undefined {
  const { compiled, rrsets, content, records, defaultTtl } = ordered;
  if (compiled.names !== names || compiled.nodes.size > 0) return undefined;
  return { order: orderOf(rrsets), content, records, defaultTtl };
}

/** Puts a zone in order that differs from another one in some owners. All its RRsets are gone through only for whom asks. */
export function orderAmended(
  { apex, names }: Zone,
  before: AmendableOrder,
  difference: ZoneDifference,
): { readonly ordered: OrderedZone; readonly amendable: AmendableOrder } {
  const order = amendOrder(before.order, names, difference);
  const digest = digestOfOrder(order);
  let rrsets: readonly RRset[] | undefined;
  const ordered: OrderedZone = {
    ...digest,
    compiled: { apex, names, nodes: new Map() },
    get rrsets() {
      rrsets ??= rrsetsInOrder(apex, names);
      return rrsets;
    },
    amended: { difference, before },
  };
  return { ordered, amendable: { ...digest, order } };
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
