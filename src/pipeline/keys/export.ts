import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { DomainName } from '../../dns/name.ts';
import { zoneFileName } from '../../dns/zone-file.ts';
import { pemOf } from '../../dnssec/algorithm.ts';
import { bindFileName, printBindPublic } from '../../dnssec/bind/key-file.ts';
import { type BindTimes, printBindPrivate } from '../../dnssec/bind/private-file.ts';
import { isEntry, type ZoneKey } from '../../dnssec/key.ts';
import { guarded, KeyStoreError } from '../../dnssec/store/error.ts';
import { readStored, writeStored } from '../../dnssec/store/files.ts';
import { privateKeyOf } from '../../dnssec/store/private-half.ts';
import { readKeys, refuseRepository } from '../../dnssec/store/store.ts';
import { withoutKeys, type ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, orFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type KeyState, stateOf } from './list.ts';
import { findKey } from './one-key.ts';
import { withKeys } from './open.ts';

/** Which key to write where. */
export interface KeyExportOptions {
  readonly zone: string;
  /** Its id or tag. */
  readonly key: string;
  readonly format: 'bind' | 'pem';
  readonly out: string;
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
}

/** What `keys export` did. */
export interface KeyExported {
  readonly kind: 'exported';
  readonly zone: DomainName;
  readonly key: ZoneKey;
  readonly state: KeyState;
  /** The files that hold the key now. */
  readonly files: readonly string[];
}

/** Writes a key into files for other programs, which only their owner may read. Files of other content are not replaced. */
export function exportKey(workspace: Workspace, options: KeyExportOptions): Promise<KeyExported | Failure> {
  const { zone: name, key: named, format, out, store: folder } = options;
  return orFailure(() =>
    withKeys<KeyExported>(
      workspace,
      { zones: [name], ...(folder !== undefined && { store: folder }) },
      async ({ store, named: zones }) => {
        const [zone] = zones as ReadonlySet<DomainName>;
        if (zone === undefined) throw new Error('no zone is named');
        const known = readKeys(store, zone) ?? withoutKeys(zone);
        const key = findKey(known, named);
        if ('kind' in key) return key;
        const privateKey = await privateKeyOf(store, key);
        const times = timesOf(key, known);
        const base = join(resolve(out), format === 'bind' ? bindFileName(key) : `${zoneFileName(zone)}.${key.id}`);
        const files =
          format === 'pem'
            ? [{ path: `${base}.pem`, text: pemOf(privateKey) }]
            : [
                { path: `${base}.key`, text: printBindPublic(key, times) },
                {
                  path: `${base}.private`,
                  text: printBindPrivate({ algorithm: key.algorithm, privateKey, times }),
                },
              ];
        await writeAll(resolve(out), files);
        return { kind: 'exported', zone, key, state: stateOf(key, known), files: files.map(({ path }) => path) };
      },
    ),
  );
}

async function writeAll(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<void> {
  guarded(`make ${folder}`, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  await refuseRepository(folder, [folder], 'name a folder outside of it with --out');
  const existing = files.map(({ path }) => readStored(path));
  const other = files.find(({ text }, at) => existing[at] !== undefined && existing[at]?.text !== text);
  if (other !== undefined) {
    throw new KeyStoreError(
      'refused',
      `${other.path} is there already`,
      'remove it, or name another folder with --out',
    );
  }
  writeStored(
    folder,
    files.map(({ path, text }) => ({ path: basename(path), text, mode: 0o600 })),
  );
}

/** When others are to do what with the key. One with a DS signs as soon as it is published, in the words of BIND. */
function timesOf(key: ZoneKey, { progress }: ZoneKeys): BindTimes {
  const { published, retired, removed, ...times } = progress?.times.get(key.id) ?? {};
  const active = isEntry(key) ? published : times.active;
  return {
    created: key.created,
    ...(published !== undefined && { publish: published }),
    ...(active !== undefined && { activate: active }),
    ...(retired !== undefined && { inactive: retired }),
    ...(removed !== undefined && { delete: removed }),
  };
}
