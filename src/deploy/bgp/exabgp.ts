import type { BgpAdapter } from './adapter.ts';
import { ask, orderEach, stateOf } from './daemon.ts';
import { tally } from './tally.ts';

/**
 * ExaBGP, by `exabgpcli`: routes to the node itself are announced and withdrawn. A prefix is announced to a neighbour that
 * has it in its `adj-rib out` and an established session: the table alone also lists what would be sent.
 */
export const exabgp: BgpAdapter = {
  kind: 'exabgp',
  control: ({ prefixes, neighbors }, run) => ({
    state: () =>
      stateOf(async () => {
        const summary = await ask(run, ['exabgp', 'sessions']);
        const routes = await ask(run, ['exabgp', 'routes']);
        const counts = (name: string) => neighbors.length === 0 || neighbors.includes(name);
        const shown = readSummary(summary);
        const listed = readRoutes(routes);
        const sessions = [...shown, ...notIn(shown, listed)].filter(({ name }) => counts(name));
        const up = new Set(sessions.filter(({ established }) => established).map(({ name }) => name));
        const hearings = listed
          .filter(({ prefix, neighbor }) => prefixes.includes(prefix) && counts(neighbor))
          .map(({ prefix, neighbor }) => ({ prefix, neighbor, heard: up.has(neighbor) }));
        return tally(prefixes, hearings, sessions, hearings.length > 0);
      }),
    withdraw: () => orderEach(run, ['exabgp', 'withdraw'], prefixes, 'prefixes'),
    announce: () => orderEach(run, ['exabgp', 'announce'], prefixes, 'prefixes'),
  }),
};

/** `198.51.100.1  65000  0:00:31 established  4  1`; a session that is down has no time, or no line. */
function readSummary(text: string): { name: string; established: boolean }[] {
  return text.split('\n').flatMap((line) => {
    const [name, number = '', ...rest] = line.trim().split(/\s+/);
    return name !== undefined && /^\d+$/.test(number) ? [{ name, established: rest.includes('established') }] : [];
  });
}

/** The neighbours that have routes to be told of and no line in the summary: their sessions are down. */
function notIn(shown: readonly { name: string }[], listed: readonly { neighbor: string }[]) {
  const names = new Set(listed.map(({ neighbor }) => neighbor));
  for (const { name } of shown) names.delete(name);
  return [...names].map((name) => ({ name, established: false }));
}

/** `neighbor 198.51.100.1 ipv4 unicast 192.0.2.0/24 next-hop self`. */
function readRoutes(text: string): { neighbor: string; prefix: string }[] {
  return [...text.matchAll(/^neighbor (\S+) ipv[46] unicast (\S+) /gm)].map(([, neighbor = '', prefix = '']) => ({
    neighbor,
    prefix,
  }));
}
