import type { BgpAdapter } from './adapter.ts';
import { bird } from './bird.ts';
import { exabgp } from './exabgp.ts';
import { frr } from './frr.ts';
import { gobgp } from './gobgp.ts';
import { simulated } from './simulated.ts';

/** Every kind of BGP daemon. */
export const bgpAdapters: readonly BgpAdapter[] = [bird, frr, gobgp, exabgp, simulated];
