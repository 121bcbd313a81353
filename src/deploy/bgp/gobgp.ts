import type { Run } from '../node/transport.ts';
import type { BgpAdapter } from './adapter.ts';
import { askJson, entriesOf, orderEach, SilentDaemon, stateOf } from './daemon.ts';
import { familyOf, tally } from './tally.ts';

/**
 * GoBGP, by `gobgp`: prefixes are added to and deleted from the global table. A prefix is announced to a neighbour that
 * has it in its `adj-out` and an established session: the table alone also lists what would be sent.
 */
export const gobgp: BgpAdapter = {
  kind: 'gobgp',
  control: ({ prefixes, neighbors }, run) => ({
    state: () =>
      stateOf(async () => {
        const all = readNeighbors(await askJson(run, ['gobgp', 'sessions']));
        const peers = all.filter(({ name }) => neighbors.length === 0 || neighbors.includes(name));
        const hearings = await Promise.all(
          prefixes.flatMap((prefix) =>
            peers
              .filter(({ families }) => families.has(familyOf(prefix)))
              .map(async ({ name, established }) => ({
                prefix,
                neighbor: name,
                heard: established && (await isSent(run, name, prefix)),
              })),
          ),
        );
        return tally(
          prefixes,
          hearings,
          peers.map(({ name, established }) => ({ name, established })),
          // What somebody hears is there.
          hearings.some(({ heard }) => heard) || (await isOwn(run, prefixes)),
        );
      }),
    withdraw: () => orderEach(run, ['gobgp', 'withdraw'], prefixes, 'prefixes'),
    announce: () => orderEach(run, ['gobgp', 'announce'], prefixes, 'prefixes'),
  }),
};

/** `SESSION_STATE` and `afi` of GoBGP's API. */
const ESTABLISHED = 6;
const FAMILIES = new Map<unknown, 'ipv4' | 'ipv6'>([
  [1, 'ipv4'],
  [2, 'ipv6'],
]);

function readNeighbors(data: unknown) {
  if (!Array.isArray(data)) throw new SilentDaemon('the daemon does not list its neighbours');
  return data.map((item) => {
    const state = entriesOf(entriesOf(item).get('state'));
    const families = entriesOf(item).get('afi_safis');
    return {
      name: String(state.get('neighbor_address')),
      established: state.get('session_state') === ESTABLISHED,
      families: new Set(
        (Array.isArray(families) ? families : []).map((each) => {
          const config = entriesOf(entriesOf(each).get('config'));
          return FAMILIES.get(entriesOf(config.get('family')).get('afi'));
        }),
      ),
    };
  });
}

/** Whether a prefix is in the global table. `undefined`: the node has a program that does not know the question. */
async function isOwn(run: Run, prefixes: readonly string[]): Promise<boolean | undefined> {
  const families = [...new Set(prefixes.map(familyOf))];
  try {
    const tables = await Promise.all(families.map((family) => askJson(run, ['gobgp', 'own', family])));
    return tables.some((table) => prefixes.some((prefix) => entriesOf(table).has(prefix)));
  } catch (error) {
    if (error instanceof SilentDaemon) return undefined;
    throw error;
  }
}

async function isSent(run: Run, neighbor: string, prefix: string): Promise<boolean> {
  return entriesOf(await askJson(run, ['gobgp', 'routes', neighbor, familyOf(prefix)])).has(prefix);
}
