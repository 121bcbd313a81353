import { isAbsolute, join, resolve } from 'node:path';
import type { Cache } from '../../compile/cache/cache.ts';
import { type CacheLine, signedBy } from '../../compile/cache/line.ts';
import { documentOf, type Project } from '../../compile/project.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { type KeyStore, openKeyStore } from '../../dnssec/store/store.ts';
import { usualPolicy } from '../../zone/document/policy.ts';
import { type KeySettings, signingPolicy } from '../../zone/settings.ts';
import { type Failure, failure } from '../failure.ts';
import { namedZones, openWorkspace, stateFolderOf, type Workspace } from '../workspace.ts';

/** What commands about keys are asked for. */
export interface KeysOptions {
  /** None: all zones of the project that it is about. */
  readonly zones: readonly string[];
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
}

/** A project with its keys. */
export interface OpenKeys {
  readonly project: Project;
  /** What is known of its zones from earlier runs. */
  readonly cache: Cache | undefined;
  readonly store: KeyStore;
  /** The zones that were named; `undefined`: none was. */
  readonly named: ReadonlySet<DomainName> | undefined;
}

/** The key store of a project; `named` comes before the configuration. Throws a KeyStoreError. */
export function openProjectStore(workspace: Workspace, settings: KeySettings, named: string | undefined): KeyStore {
  // A commit is no place that keys can be written to: there only a store elsewhere counts.
  const given = workspace.revision !== undefined && !isAbsolute(settings.store ?? '') ? undefined : settings.store;
  const configured = given === undefined ? join(stateFolderOf(workspace), 'keys') : resolve(workspace.folder, given);
  return openKeyStore({
    folder: named === undefined ? configured : resolve(named),
    usual: named === undefined && given === undefined,
    recipients: settings.recipients,
    identities: process.env,
    known: workspace.memory?.keys,
  });
}

/** Runs work with the project of the working folder and its keys. */
export async function withKeys<T>(
  workspace: Workspace,
  { zones, store }: KeysOptions,
  work: (open: OpenKeys) => Promise<T | Failure>,
): Promise<T | Failure> {
  const { project, cache, close } = await openWorkspace(workspace, undefined, { git: false });
  try {
    const named = namedZones(project, zones);
    if (named !== undefined && 'kind' in named) return named;
    return await work({ project, cache, named, store: openProjectStore(workspace, project.config.keys, store) });
  } finally {
    close();
  }
}

/** How a zone is signed. */
export interface ZonePolicy {
  readonly policy: DnssecPolicy;
  /** The name of the policy; `undefined`: the zone's settings name none, and this is `default`. */
  readonly name: string | undefined;
}

/** What the cache knows of a zone, if its document is still the one that it knows and is good. */
function currentLine(project: Project, cache: Cache | undefined, apex: DomainName): CacheLine | undefined {
  const line = cache?.zones.get(apex);
  const path = project.zones.get(apex) as string;
  return line?.path === path && line.content !== '' && line.id === project.tree.id(path) ? line : undefined;
}

/** Fetches the documents of which the cache does not know what they say, where many of them are about to be read. */
export function prefetchUnknown(
  project: Project,
  cache: Cache | undefined,
  zones: readonly DomainName[],
): Promise<void> {
  const unknown = zones.filter((zone) => currentLine(project, cache, zone) === undefined);
  return project.tree.prefetch(unknown.map((zone) => project.zones.get(zone) as string));
}

/** The policy that a zone's document names, from the cache where that still knows the document. */
export function policyName(
  project: Project,
  cache: Cache | undefined,
  zone: DomainName,
): string | undefined | 'unreadable' {
  const line = currentLine(project, cache, zone);
  if (line !== undefined) return signedBy(line);
  const settings = documentOf(project, zone).zone?.settings;
  return settings === undefined ? 'unreadable' : signingPolicy(settings);
}

/** The policy by which the cache knows a zone to be signed, if its document is still the one that it knows. */
export function knownPolicy(project: Project, cache: Cache | undefined, apex: DomainName): ZonePolicy | undefined {
  const line = currentLine(project, cache, apex);
  const name = line && signedBy(line);
  const policy = name === undefined ? undefined : project.config.policies.get(name);
  return policy && { policy, name };
}

/**
 * How a zone is signed that may have keys. One with keys that has no document any more, or one that was signed elsewhere, is not
 * to be signed with them: it is on its way there.
 */
export function signingOf(project: Project, apex: DomainName, hasKeys: boolean): ZonePolicy | Failure {
  const isLeft =
    !project.zones.has(apex) || (hasKeys && documentOf(project, apex).zone?.settings.dnssec === 'presigned');
  if (!isLeft) return policyOf(project, apex);
  return { policy: project.config.policies.get('default') ?? usualPolicy, name: undefined };
}

/** The policy of a zone, from its document and the configuration; a failure where the zone cannot be read or signed. */
export function policyOf(project: Project, apex: DomainName): ZonePolicy | Failure {
  const { zone } = documentOf(project, apex);
  if (zone === undefined) {
    return failure(
      'refused',
      `the document of ${displayName(apex)} has errors`,
      'run "zonewright check" and correct them',
    );
  }
  const { dnssec } = zone.settings;
  if (dnssec === 'presigned') {
    return failure('refused', `${displayName(apex)} is signed elsewhere`, 'remove "dnssec: presigned" to sign it here');
  }
  const policy = project.config.policies.get(dnssec === false ? 'default' : dnssec);
  if (policy !== undefined) return { policy, name: dnssec === false ? undefined : dnssec };
  return failure('refused', `there is no policy ${dnssec}`, 'name a policy of zonewright.yaml, such as default');
}
