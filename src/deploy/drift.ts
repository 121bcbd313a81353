import { type DomainName, displayName } from '../dns/name.ts';
import { readU32 } from '../dns/octets.ts';
import type { Serial } from '../dns/serial.ts';
import { SOA } from '../dns/types/soa.ts';
import type { BgpState } from './bgp/adapter.ts';
import type { ServerAddress } from './network-fault.ts';
import type { NodeState } from './node/protocol.ts';
import { inParallel } from './pool.ts';
import { query } from './query.ts';
import type { Release } from './release/release.ts';
import { spread } from './verify/expectation.ts';

/** A way in which a node is not as it should be. */
export interface Drift {
  readonly kind: 'installed' | 'served' | 'announced';
  /** One sentence without its full stop. */
  readonly message: string;
}

/** The serial with which a server answers for a zone; `undefined`: it does not; a text: it cannot be asked. */
export async function servedSerial(server: ServerAddress, apex: DomainName): Promise<Serial | undefined | string> {
  const answer = await query(server, apex, SOA.code, { attempts: 2, timeoutMs: 1500 });
  if (answer.kind === 'fault') return answer.message;
  const { message } = answer;
  const soa = message.answers.find(({ owner, type }) => owner === apex && type === SOA.code)?.rdata;
  return soa === undefined || !message.authoritative ? undefined : (readU32(soa, soa.length - 20) as Serial);
}

/** So many zones of a node are looked at, and so many are named. */
const LOOKED_AT = 500;
const NAMED = 5;

/** How a node serves other zones or serials than a release has. */
export async function servedDrift(server: ServerAddress, release: Release): Promise<Drift[]> {
  const wrong: string[] = [];
  let silent: string | undefined;
  await inParallel(spread([...release.zones], LOOKED_AT), 32, async ([apex, { zone }]) => {
    if (silent !== undefined) return;
    const served = await servedSerial(server, apex);
    if (typeof served === 'string') silent = served;
    else if (served === undefined) wrong.push(`${displayName(apex)} is not served`);
    else if (served !== zone.serial)
      wrong.push(`${displayName(apex)} is served with serial ${served}, not ${zone.serial}`);
  });
  if (silent !== undefined) return [{ kind: 'served', message: silent }];
  const more = wrong.length > NAMED ? [`and ${wrong.length - NAMED} zones more are not as released`] : [];
  return [...wrong.sort().slice(0, NAMED), ...more].map((message) => ({ kind: 'served', message }));
}

/** What on a node is not as it should be, apart from its answers. `desired` is what was rolled out last. */
export function stateDrift(state: NodeState, bgp: BgpState | undefined, desired: string | undefined): Drift[] {
  const drift: Drift[] = [];
  const add = (kind: Drift['kind'], message: string): void => void drift.push({ kind, message });
  const { current, verified, hold, mode } = state;
  if (current === undefined) add('installed', 'it has no release');
  else if (desired !== undefined && current !== desired) add('installed', `it has ${current}, not ${desired}`);
  if (hold !== undefined) add('installed', 'a rollout was not finished');
  else if (current !== undefined && verified !== current) add('installed', 'what it serves was not verified');
  if (bgp === undefined) return drift;
  const { announced } = bgp;
  if (announced === 'unknown')
    add('announced', `its BGP daemon does not answer${bgp.note === undefined ? '' : `: ${bgp.note}`}`);
  else if (mode === 'normal' && announced !== 'yes')
    add('announced', announced === 'no' ? 'it does not announce' : 'it announces to some neighbours only');
  else if (mode !== 'normal' && announced !== 'no') add('announced', `it is ${mode} and announces all the same`);
  for (const { name, established } of bgp.sessions) if (!established) add('announced', `the session ${name} is down`);
  return drift;
}
