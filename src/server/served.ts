import type { DeploymentRecord } from '../deploy/records/record.ts';
import type { Release } from '../deploy/release/release.ts';
import type { DomainName } from '../dns/name.ts';

/** Tells whether nodes serve what the newest release has. */
export interface Served {
  /** Whether each node that is not disabled serves a zone as the newest release has it. */
  zone(apex: DomainName): Promise<boolean>;
  /** Says that something went on in a rollout of this process. */
  forget(): void;
}

/** Where what is needed for that comes from. */
export interface ServedSources {
  /** Deployments, the newest first. */
  readonly deployments: (most: number) => Promise<readonly DeploymentRecord[]>;
  /** A release that was rolled out. */
  readonly find: (id: string) => Release | undefined;
  /** The newest release that was built. */
  readonly newest: () => Release | undefined;
  readonly nodes: () => Iterable<string>;
  readonly now: () => number;
}

/** So many deployments are looked at. A node that none of them has brought anything to does not count as served. */
const LOOKED_AT = 50;

/** How long what another process did may stay unknown, in milliseconds: lists ask for each of thousands of zones. */
const KNOWN_FOR = 250;

/** What may be served at a time: releases of which each zone has to be the newest. `undefined`: that cannot be told. */
type Standing = readonly Release[] | undefined;

/** Watches what nodes serve, as the records of deployments have it; asks no node. */
export function watchServed({ deployments, find, newest, nodes, now }: ServedSources): Served {
  let known: { readonly until: number; readonly standing: Promise<Standing> } | undefined;
  const releases = new Map<string, Release>();
  const look = async (): Promise<Standing> => {
    const records = await deployments(LOOKED_AT);
    const ids = new Set<string>();
    for (const node of nodes()) {
      const served = servedBy(node, records);
      if (served === undefined) return undefined;
      for (const id of served) ids.add(id);
    }
    for (const id of releases.keys()) if (!ids.has(id)) releases.delete(id);
    for (const id of ids) {
      const release = releases.get(id) ?? find(id);
      if (release === undefined) return undefined;
      releases.set(id, release);
    }
    return [...releases.values()];
  };
  return {
    async zone(apex) {
      if (known === undefined || now() >= known.until) known = { until: now() + KNOWN_FOR, standing: look() };
      const standing = await known.standing;
      const desired = newest()?.zones.get(apex)?.line;
      return desired !== undefined && standing?.every(({ zones }) => zones.get(apex)?.line === desired) === true;
    },
    forget() {
      known = undefined;
    },
  };
}

/** The releases of which a node may serve one; none where it is disabled, `undefined` where nothing is known of it. */
function servedBy(name: string, records: readonly DeploymentRecord[]): readonly string[] | undefined {
  const under: string[] = [];
  for (const { release, nodes } of records) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    switch (node.outcome) {
      case 'disabled':
        return [];
      case 'stuck':
        return undefined;
      case 'done':
      case 'unchanged':
        return [...under, release];
      case undefined:
        // It may be before the switch, or behind it.
        under.push(release);
    }
  }
  return undefined;
}
