import type { NameServerAdapter } from './adapter.ts';
import { bind } from './bind.ts';
import { embedded } from './embedded/adapter.ts';
import { knot } from './knot.ts';
import { nsd } from './nsd.ts';

/** Every kind of name server. */
export const nameServerAdapters: readonly NameServerAdapter[] = [knot, bind, nsd, embedded];
