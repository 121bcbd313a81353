import { bind } from './bind.ts';
import { knot } from './knot.ts';
import { nsd } from './nsd.ts';
import type { NameserverList } from './zone-list.ts';

/** Every kind of name server that a release holds a list of zones for. */
export const nameserverLists: readonly NameserverList[] = [knot, bind, nsd];
