import type { Bench } from './bench.ts';
import { coldBuildMillion } from './cold-build-million.ts';
import { coldBuildOctodns } from './cold-build-octodns.ts';
import { coldBuildEstate, warmBuild, warmCheck } from './estate.ts';
import { importMillion } from './import-million.ts';
import { startUp } from './start-up.ts';

/** Every bench, the quick ones first. */
export const benches: readonly Bench[] = [
  startUp,
  coldBuildMillion,
  importMillion,
  coldBuildOctodns,
  warmCheck,
  warmBuild,
  coldBuildEstate,
];
