import { differenceFor } from '../release/difference.ts';
import type { Release } from '../release/release.ts';
import { type Renewal, renewalOf } from '../release/renewal.ts';
import { expectationFor } from '../verify/expectation.ts';
import type { Passage } from './node-job.ts';

/** Works out what lies between releases, once for all nodes for which it is the same. */
export function newPassages(sample: number): (node: string, from: Release | undefined, to: Release) => Passage {
  const known = new Map<string, Passage>();
  return (node, from, to) => {
    const own = from?.ownNodes.has(node) === true || to.ownNodes.has(node);
    const key = [from?.id, from?.manifestIn, to.id, to.manifestIn, own ? node : ''].join(' ');
    let passage = known.get(key);
    if (passage === undefined) {
      const difference = differenceFor(node, from, to);
      let expectation: ReturnType<typeof expectationFor> | undefined;
      let renewal: { readonly of: Renewal | undefined } | undefined;
      passage = {
        difference,
        expectation() {
          expectation ??= expectationFor(node, from, to, difference.zones, sample);
          return expectation;
        },
        renewal() {
          const { folder } = to;
          if (from === undefined || folder === undefined) return undefined;
          renewal ??= { of: renewalOf(node, from, folder, difference.send) };
          return renewal.of;
        },
      };
      known.set(key, passage);
    }
    return passage;
  };
}
