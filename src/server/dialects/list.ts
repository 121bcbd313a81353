import { customdns } from './customdns/dialect.ts';
import type { Dialect } from './dialect.ts';
import { luadns } from './luadns/dialect.ts';
import { packetframe } from './packetframe/dialect.ts';
import { tonicdns } from './tonicdns/dialect.ts';
import { vps } from './vps/dialect.ts';

/** The dialects that are spoken. */
export const dialects: readonly Dialect[] = [packetframe, vps, customdns, tonicdns, luadns];
