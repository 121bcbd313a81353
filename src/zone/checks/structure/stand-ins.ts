import type { DomainName } from '../../../dns/name.ts';
import type { Span } from '../../source.ts';
import type { Zone } from '../../zone.ts';
import { oncePer } from '../once.ts';

/** What answers with addresses at a name without being a record: they are made when the zone is compiled. */
export interface StandIn {
  readonly kind: 'ALIAS' | 'REDIRECT';
  readonly span: Span;
}

/** The `ALIAS` and `REDIRECT` of a zone by their owners; where a name has both, the `ALIAS`. */
export const standInsOf = oncePer((zone: Zone): ReadonlyMap<DomainName, StandIn> => {
  const found = new Map<DomainName, StandIn>();
  for (const { owner, span } of zone.redirects) found.set(owner, { kind: 'REDIRECT', span });
  for (const { owner, span } of zone.aliases) found.set(owner, { kind: 'ALIAS', span });
  return found;
});
