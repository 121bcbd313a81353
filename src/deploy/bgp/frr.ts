import type { Run } from '../node/transport.ts';
import type { BgpAdapter, BgpState } from './adapter.ts';
import { askJson, entriesOf, orderEach, stateOf } from './daemon.ts';
import { familyOf, tally } from './tally.ts';

/**
 * FRR, by `vtysh`: `network PREFIX` is set and taken away in the running configuration. A prefix is announced to those
 * neighbours of its address family that FRR lists as `advertisedTo`; settings may narrow down whose hearing counts.
 */
export const frr: BgpAdapter = {
  kind: 'frr',
  control: ({ prefixes, neighbors }, run) => ({
    state: () =>
      stateOf(async () => {
        const families = [...new Set(prefixes.map(familyOf))];
        const peers = await Promise.all(families.map((family) => peersOf(run, family, neighbors)));
        const peersIn = new Map(families.map((family, i) => [family, peers[i] ?? []]));
        const routes = await Promise.all(
          prefixes.map(async (prefix) => entriesOf(await askJson(run, ['frr', 'route', prefix]))),
        );
        const hearings = prefixes.map((prefix, i) => {
          const route = routes[i] as ReadonlyMap<string, unknown>;
          const told = entriesOf(route.get('advertisedTo'));
          return (peersIn.get(familyOf(prefix)) ?? []).map(({ name, established }) => ({
            prefix,
            neighbor: name,
            heard: established && told.has(name),
          }));
        });
        return tally(
          prefixes,
          hearings.flat(),
          peers.flat(),
          routes.some(({ size }) => size > 0),
        );
      }),
    // FRR takes it for a fault that there is nothing to take away.
    withdraw: () => orderEach(run, ['frr', 'withdraw'], prefixes, 'prefixes', /Can't find static route/),
    announce: () => orderEach(run, ['frr', 'announce'], prefixes, 'prefixes'),
  }),
};

async function peersOf(run: Run, family: string, wanted: readonly string[]): Promise<BgpState['sessions']> {
  const summary = entriesOf(await askJson(run, ['frr', 'sessions', family]));
  return [...entriesOf(summary.get('peers'))]
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .map(([name, peer]) => ({ name, established: entriesOf(peer).get('state') === 'Established' }));
}
