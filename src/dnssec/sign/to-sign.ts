import type { RRset } from '../../dns/rrset.ts';
import { CDNSKEY } from '../../dns/types/cdnskey.ts';
import { CDS } from '../../dns/types/cds.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import { readStart, type Start, signedApex } from './apex.ts';
import type { SignInputs, SigningFault, SigningKey } from './inputs.ts';
import { type Node, nodesOf } from './nodes.ts';
import { withNsec } from './nsec.ts';
import { nsec3Chain, withNsec3 } from './nsec3.ts';

/** The names of the zone with all that is to be signed. An NSEC chain is made while it is gone through. */
export function signedNodes(
  inputs: SignInputs,
): SigningFault | { readonly start: Start; readonly nodes: Iterable<Node> } {
  const { denial } = inputs;
  const unsigned = nodesOf(inputs.apex, inputs.rrsets);
  const apex = unsigned.next().value as Node | undefined;
  const start = readStart(apex);
  const nodes = withApex(signedApex(apex as Node, start, inputs), unsigned);
  if (denial.kind === 'nsec') return { start, nodes: withNsec(nodes, start.negativeTtl) };
  const all = [...nodes];
  const chain = nsec3Chain(all, { optOut: denial.optOut, ttl: start.negativeTtl });
  if ('names' in chain) return { kind: 'hash-collision', names: chain.names };
  return { start, nodes: withNsec3(all, chain) };
}

function* withApex(apex: Node, others: Iterable<Node>): Generator<Node, void> {
  yield apex;
  yield* others;
}

/** The keys that sign an RRset. What speaks to the parent is signed by keys that it has a DS of (RFC 7344 section 4.1). */
export function signersOf({ owner, type }: RRset, inputs: SignInputs): readonly SigningKey[] {
  if (owner === inputs.apex) {
    if (type === DNSKEY.code) return inputs.dnskeySigners;
    if (type === CDS.code || type === CDNSKEY.code) {
      return [...new Set([...inputs.dnskeySigners, ...inputs.zoneSigners])];
    }
  }
  return inputs.zoneSigners;
}
