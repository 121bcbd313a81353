import type { DomainName } from '../../name.ts';

/**
 * What a proof shows: that it is so, or, with NSEC3 that leave out delegations without DS (opt-out), that it is so unless
 * there is such a delegation. `undefined`: nothing.
 */
export type Proof = 'proven' | 'opt-out' | undefined;

/** What the NSEC or NSEC3 of an answer prove. */
export interface Denial {
  /** That neither a name nor a wildcard for it is there. */
  name(name: DomainName): Proof;
  /** That a name, or the wildcard for it, is there without the type. */
  type(name: DomainName, type: number): Proof;
  /** That the name is not there, so that the wildcard stands for it, and no closer one. */
  expansion(name: DomainName, wildcard: DomainName): Proof;
  /** That a cut has no DS. */
  delegation(cut: DomainName): Proof;
}
