import { compareNames } from '../../../dns/name.ts';
import { checkHealth } from '../../../pipeline/fleet.ts';
import { cancelWaiting, countJobs } from '../../../state/queue/job.ts';
import type { Answer } from '../answer.ts';
import type { Ask, Routes } from './ask.ts';
import { done, not } from './say.ts';

/** What operators look at. Two of the paths are in the provider's document, where its server has others. */
export const debugRoutes: Routes = [
  ...['refresh_zones', 'refresh_all_zones'].map((name) => debug(name, refreshZones)),
  debug('clear_queue', clearQueue),
  ...['queue_status', 'queue_stats'].map((name) => debug(name, queueStatus)),
  debug('refresh_cache', refreshCache),
  debug('update_collector_monitoring', updateObservers),
  debug('healthcheck', healthCheck),
];

function debug(name: string, run: (ask: Ask) => Promise<Answer>): Routes[number] {
  return { method: 'GET', path: `/debug/${name}`, run: { access: 'admin', run } };
}

/** A release is built from the head and rolled out. */
async function refreshZones({ services }: Ask): Promise<Answer> {
  await services.wake();
  return done('Refreshing zones');
}

async function clearQueue({ services }: Ask): Promise<Answer> {
  await cancelWaiting(services.state.query, services.state.now());
  return done('Cleared queue');
}

async function queueStatus({ services }: Ask): Promise<Answer> {
  const counts = await countJobs(services.state.query);
  return done({ current_ready: counts.get('queued') ?? 0, current_reserved: counts.get('running') ?? 0 });
}

/** What web nodes are told is a part of the release. */
async function refreshCache({ services }: Ask): Promise<Answer> {
  const { nodes } = (await services.origin.topFiles()).nodes;
  if (![...nodes.values()].some(({ web }) => web)) return not('No node of nodes.yaml has web: true');
  await services.wake();
  return done('Queued cache refresh');
}

/** So is what the route collector and the monitoring are told. */
async function updateObservers({ services }: Ask): Promise<Answer> {
  const { collector, monitoring } = (await services.origin.topFiles()).nodes;
  if (collector === undefined && monitoring === undefined)
    return not('nodes.yaml asks for neither a route collector nor monitoring');
  await services.wake();
  return done('Queued collector and monitoring update');
}

/** Asks all nodes; what they say goes to the log, as the provider's server does it. */
async function healthCheck({ services, caller }: Ask): Promise<Answer> {
  const { origin, log } = services;
  const [first] = [...(await origin.list(caller))].map(({ zone }) => zone).sort(compareNames);
  if (first === undefined) return not('There is no zone that nodes could be asked for');
  checkHealth(origin, first)
    .then((nodes) => {
      for (const { node, fault } of nodes) {
        if (fault === undefined) log.info({ node, zone: first }, 'the node is well');
        else log.warn({ node, zone: first, fault }, 'the node is not well');
      }
    })
    .catch((error: unknown) => log.error({ err: error }, 'the nodes could not be asked'));
  return done('Queued healthcheck');
}
