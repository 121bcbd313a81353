import {
  choice,
  group,
  key,
  mapOf,
  type Setting,
  scalarSetting,
  settingFault,
  time,
  type Values,
  whole,
} from '../document/setting.ts';
import { checkNodeName, nodeName, nodeNameSchema } from './values.ts';

/** How a release is rolled out: `deploy:` in `zonewright.yaml`, with the built-in defaults. Times are seconds. */
export interface RolloutPolicy {
  /** The group of nodes that are first; nobody waits for it where it does not exist. */
  readonly canary: string;
  /** How many nodes are worked on at a time after the canaries. */
  readonly parallel: number;
  /** How many nodes may fail before no further one is begun. */
  readonly maxFailed: number;
  /**
   * When a node is withdrawn: `always` before it is changed, `for-restart` only where its name server has to be restarted,
   * `on-failure` only once something went wrong. Only with `always` no announced node ever serves what was not verified.
   */
  readonly drain: 'always' | 'for-restart' | 'on-failure';
  /** How long after the withdrawal was seen nothing is changed: routers elsewhere have to hear of it. */
  readonly drainSeconds: number;
  /** How many nodes of a group stay announced; under `*`, of all nodes together. */
  readonly minAnnounced: ReadonlyMap<string, number>;
  /** The file with the host keys of the nodes, from the folder of `zonewright.yaml`. */
  readonly knownHosts: string;
  /** How many releases beside the current one a node keeps. */
  readonly keep: number;
  /** How many unchanged zones are asked for on each node. */
  readonly sample: number;
  readonly timeouts: RolloutTimeouts;
}

/** Seconds after which something is given up. */
export interface RolloutTimeouts {
  readonly connect: number;
  /** One command on a node. */
  readonly command: number;
  readonly transfer: number;
  /** Until a withdrawal or an announcement is seen in the daemon's state. */
  readonly bgp: number;
  /** Until the name server answers with what was loaded. */
  readonly verify: number;
}

const fileSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (text !== '' && text.length <= 1000 && !/[\x00-\x1f\x7f]/.test(text)) return text;
    throw settingFault(what, text, 'write the path of a file');
  },
  { type: 'string', minLength: 1, maxLength: 1000 },
);

const number = whole(0, 100000);
const perGroup = mapOf(number, checkNodeName, nodeNameSchema);

/** One number for all nodes together, or one for each group that is named. */
const minimum: Setting<ReadonlyMap<string, number>> = {
  schema: { anyOf: [number.schema, perGroup.schema] },
  read(node, document, what) {
    if (node.kind === 'map') return perGroup.read(node, document, what);
    const value = number.read(node, document, what);
    return value === undefined ? undefined : new Map([[ALL_NODES, value]]);
  },
};

/** Stands for all nodes together among groups; no group can be called so. */
export const ALL_NODES = '*';

/** The keys of `deploy:`. */
export const rolloutSetting = group({
  canary: key(nodeName, 'The group of nodes that get a release before all others.', { default: 'canary' }),
  parallel: key(whole(1, 1000), 'How many nodes are worked on at a time.', { default: 4 }),
  max_failed: key(number, 'How many nodes may fail before no further one is begun.', { default: 0 }),
  drain: key(
    choice('always', 'for-restart', 'on-failure'),
    'When a node is withdrawn: before every change, only for a restart, or only once something went wrong.',
    { default: 'always' },
  ),
  drain_seconds: key(whole(0, 3600), 'How long after the withdrawal was seen nothing is changed.', { default: 10 }),
  min_announced: key(minimum, 'How many nodes stay announced, of all together or by group.', {
    default: 1,
    examples: [2, { europe: 1, asia: 1 }],
  }),
  known_hosts: key(fileSetting, 'The file with the pinned host keys of the nodes.', { default: 'known_hosts' }),
  keep: key(whole(1, 1000), 'How many releases beside the current one a node keeps.', { default: 3 }),
  sample: key(whole(0, 10000), 'How many unchanged zones are asked for on each node.', { default: 20 }),
  timeouts: key(
    group({
      connect: key(time(1, 3600), 'Until a node is connected.', { default: '10s' }),
      command: key(time(1, 86400), 'For one command on a node.', { default: '2m' }),
      transfer: key(time(1, 604800), 'For the transfer of a release.', { default: '30m' }),
      bgp: key(time(1, 3600), 'Until a withdrawal or an announcement is seen.', { default: '1m' }),
      verify: key(time(1, 86400), 'Until the name server answers with what was loaded.', { default: '1m' }),
    }),
    'When something is given up.',
  ),
});

/** The policy with the built-in defaults where nothing is said. */
export function rolloutPolicy(read: NonNullable<ReturnType<typeof rolloutSetting.read>> = {}): RolloutPolicy {
  const { timeouts = {} as Values<never> & Partial<RolloutTimeouts> } = read;
  return {
    canary: read.canary ?? 'canary',
    parallel: read.parallel ?? 4,
    maxFailed: read.max_failed ?? 0,
    drain: read.drain ?? 'always',
    drainSeconds: read.drain_seconds ?? 10,
    minAnnounced: read.min_announced ?? new Map([[ALL_NODES, 1]]),
    knownHosts: read.known_hosts ?? 'known_hosts',
    keep: read.keep ?? 3,
    sample: read.sample ?? 20,
    timeouts: {
      connect: timeouts.connect ?? 10,
      command: timeouts.command ?? 120,
      transfer: timeouts.transfer ?? 1800,
      bgp: timeouts.bgp ?? 60,
      verify: timeouts.verify ?? 60,
    },
  };
}
