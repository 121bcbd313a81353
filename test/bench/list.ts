import type { Bench } from './bench.ts';
import { coldBuildMillion } from './cold-build-million.ts';
import { coldBuildOctodns } from './cold-build-octodns.ts';
import { coldBuildEstate, warmBuild, warmCheck } from './estate.ts';
import { importMillion } from './import-million.ts';
import { coldSigningKnot, coldSigningLdns, warmSigning } from './signing.ts';
import { startUp } from './start-up.ts';

/** Every bench, the quick ones first. */
export const benches: readonly Bench[] = [
  startUp,
  coldBuildMillion,
  importMillion,
  coldSigningKnot,
  coldSigningLdns,
  warmSigning,
  coldBuildOctodns,
  warmCheck,
  warmBuild,
  coldBuildEstate,
];
