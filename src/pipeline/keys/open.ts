import { join, resolve } from 'node:path';
import { openProject, type Project, readDocument } from '../../compile/project.ts';
import { openFolder } from '../../compile/source/folder-tree.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { type KeyStore, openKeyStore } from '../../dnssec/store/store.ts';
import type { KeySettings } from '../../zone/settings.ts';
import { type Failure, failure } from '../failure.ts';
import { namedZones, type Workspace } from '../workspace.ts';

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
  readonly store: KeyStore;
  /** The zones that were named; `undefined`: none was. */
  readonly named: ReadonlySet<DomainName> | undefined;
}

/** The key store of a project; `named` comes before the configuration. Throws a KeyStoreError. */
export function openProjectStore(folder: string, settings: KeySettings, named: string | undefined): KeyStore {
  const usual = join('.zonewright', 'keys');
  return openKeyStore({
    folder: named === undefined ? resolve(folder, settings.store ?? usual) : resolve(named),
    usual: named === undefined && settings.store === undefined,
    recipients: settings.recipients,
    identities: process.env,
  });
}

/** Runs work with the project of the working folder and its keys. */
export async function withKeys<T>(
  workspace: Workspace,
  { zones, store }: KeysOptions,
  work: (open: OpenKeys) => Promise<T | Failure>,
): Promise<T | Failure> {
  const tree = openFolder(workspace.folder);
  try {
    const project = openProject(tree);
    const named = namedZones(project, zones);
    if (named !== undefined && 'kind' in named) return named;
    return await work({ project, named, store: openProjectStore(workspace.folder, project.config.keys, store) });
  } finally {
    tree.close();
  }
}

/** How a zone is signed. */
export interface ZonePolicy {
  readonly policy: DnssecPolicy;
  /** The name of the policy; `undefined`: the zone's settings name none, and this is `default`. */
  readonly name: string | undefined;
}

/** The policy of a zone, from its document and the configuration; a failure where the zone cannot be read or signed. */
export function policyOf(project: Project, apex: DomainName): ZonePolicy | Failure {
  const { zone } = readDocument(project, apex);
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
