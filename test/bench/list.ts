import type { Bench } from './bench.ts';
import { coldBuildMillion } from './cold-build-million.ts';
import { coldBuildOctodns } from './cold-build-octodns.ts';
import { commitsFromMany, commitsFromOne } from './commits.ts';
import { coldBuildEstate, warmBuild, warmCheck } from './estate.ts';
import { importMillion } from './import-million.ts';
import { residentEstate, residentRegistry, residentSignedEstate, residentSigning } from './releases.ts';
import { restFromMany, restFromOne, restIntoBigZone } from './rest.ts';
import { rolloutInLab } from './rollout.ts';
import { rolloutByServer } from './rollout-serve.ts';
import { coldSigningEstate } from './signed-estate.ts';
import { coldSigningBind, coldSigningKnot, coldSigningLdns, warmSigning } from './signing.ts';
import { startUp } from './start-up.ts';

/** Every bench, the quick ones first. */
export const benches: readonly Bench[] = [
  startUp,
  coldBuildMillion,
  importMillion,
  commitsFromOne,
  commitsFromMany,
  restFromOne,
  restFromMany,
  restIntoBigZone,
  coldSigningKnot,
  coldSigningLdns,
  coldSigningBind,
  warmSigning,
  residentSigning,
  residentRegistry,
  coldSigningEstate,
  coldBuildOctodns,
  warmCheck,
  warmBuild,
  residentEstate,
  residentSignedEstate,
  coldBuildEstate,
  // It makes namespaces.
  ...(process.getuid?.() === 0 ? [rolloutInLab, rolloutByServer] : []),
];
