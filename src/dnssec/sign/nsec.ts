import { type DomainName, nameToWire } from '../../dns/name.ts';
import { octets } from '../../dns/octets.ts';
import { NSEC } from '../../dns/types/nsec.ts';
import { type BitmapOf, newBitmaps } from './bitmap.ts';
import { type Node, withRRset } from './nodes.ts';

/**
 * The names of a zone, the apex first, each that the zone speaks for with its NSEC (RFC 4035 section 2.3): it names the
 * next such name, the last one the apex.
 */
export function* withNsec(nodes: Iterable<Node>, ttl: number): Generator<Node, void> {
  const bitmapOf = newBitmaps('nsec');
  const finish = (node: Node, next: Node): Node => withNext(node, next.owner, ttl, bitmapOf);
  let first: Node | undefined;
  let last: Node | undefined;
  let between: Node[] = [];
  for (const node of nodes) {
    if (node.authority === 'none') {
      between.push(node);
      continue;
    }
    first ??= node;
    if (last !== undefined) yield finish(last, node);
    yield* between;
    between = [];
    last = node;
  }
  if (first !== undefined && last !== undefined) yield finish(last, first);
  yield* between;
}

/** A name with its NSEC, which names the next one. */
export function withNext(node: Node, next: DomainName, ttl: number, bitmapOf: BitmapOf): Node {
  const rdata = octets(nameToWire(next) + bitmapOf(node));
  const nsec = { owner: node.owner, type: NSEC.code, ttl, rdatas: [rdata] };
  return { ...node, rrsets: withRRset(node.rrsets, nsec) };
}
