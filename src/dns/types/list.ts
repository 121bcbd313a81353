import type { RRType } from '../rrtype.ts';
import { A } from './a.ts';
import { AAAA } from './aaaa.ts';
import { CNAME } from './cname.ts';
import { MX } from './mx.ts';
import { NS } from './ns.ts';
import { PTR } from './ptr.ts';
import { SOA } from './soa.ts';
import { SRV } from './srv.ts';
import { TXT } from './txt.ts';

/** Every record type that has a form of its own. All others are written as RFC 3597 says. */
export const types: readonly RRType[] = [A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV];
