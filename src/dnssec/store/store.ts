import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DnsSyntaxError } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import { zoneFileName, zoneOfFile } from '../../dns/zone-file.ts';
import { openRepository } from '../../git/repository.ts';
import { runGit } from '../../git/run.ts';
import { flush } from '../../state/files/flush.ts';
import { clearLockLitter, type Lock, takeLock } from '../../state/files/lock.ts';
import { pemOf } from '../algorithm.ts';
import type { KeyPair } from '../generate.ts';
import type { ZoneKey } from '../key.ts';
import type { ZoneKeys } from '../zone-keys.ts';
import { encrypt, hasIdentity, type IdentitySource, readIdentities, readRecipients, recipientsOf } from './age.ts';
import { guarded, KeyStoreError } from './error.ts';
import { isFolder, readStored, type ToStore, writeStored } from './files.ts';
import { printZoneKeys, readZoneKeys } from './zone-keys-file.ts';

/** Where a store is, and how it is opened. */
export interface StorePlace {
  readonly folder: string;
  /** Whether it is `.zonewright/keys` because nothing else was named: then it never becomes encrypted by itself. */
  readonly usual: boolean;
  /** The age recipients that the configuration names; empty: those of the store. */
  readonly recipients: readonly string[];
  readonly identities: IdentitySource;
  /** What this process has read of it. */
  readonly known?: KnownKeys | undefined;
}

/** By zone: its keys as they were read, and what told then whether they are as they were. */
export type KnownKeys = Map<DomainName, { readonly mark: string; readonly keys: ZoneKeys }>;

/** A folder with the keys of zones: `<zone>/keys.json`, and beside it each private key, encrypted or with mode 0600. */
export interface KeyStore extends StorePlace {
  /** Whether private keys are written encrypted. */
  readonly encrypted: boolean;
}

/** A store that nobody else writes to now. */
export interface HeldStore extends KeyStore {
  readonly lock: Lock;
}

/** The file that names to whom private keys are encrypted. */
export const RECIPIENTS = 'recipients.txt';
const KEYS = 'keys.json';
/** Names the keys that are being added or taken away: a private half of them without an entry was left by a killed process. */
const PENDING = '.pending';

/** Opens a store, which need not be there yet. Throws a KeyStoreError. */
export function openKeyStore(place: StorePlace): KeyStore {
  const folder = guarded(`read ${place.folder}`, () => {
    try {
      return realpathSync(place.folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return resolve(place.folder);
      throw error;
    }
  });
  const listed = isFolder(folder) ? readStored(join(folder, RECIPIENTS)) : undefined;
  const there = readStoredFolder(folder).length > 0;
  const recipients =
    place.recipients.length > 0
      ? place.recipients
      : listed === undefined
        ? []
        : readRecipients(listed.text, join(folder, RECIPIENTS));
  const encrypted = recipients.length > 0 || (!place.usual && !there && hasIdentity(place.identities));
  return { ...place, folder, recipients, encrypted };
}

/** The zones that have keys in the store, by their names. */
export function zonesOf(store: KeyStore): DomainName[] {
  return readStoredFolder(store.folder)
    .flatMap((name) => {
      try {
        return [zoneOfFile(name)];
      } catch (error) {
        if (error instanceof DnsSyntaxError) return [];
        throw error;
      }
    })
    .sort();
}

/** The folders in the store. */
function readStoredFolder(folder: string): string[] {
  return guarded(`read ${folder}`, () => {
    if (!isFolder(folder)) return [];
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  });
}

/** The folder of a zone in a store, whether it is there or not. */
export function folderOf(store: KeyStore, zone: DomainName): string {
  return join(store.folder, zoneFileName(zone));
}

/** What is known of a zone's keys; `undefined` where it has none. Throws a KeyStoreError. */
export function readKeys(store: KeyStore, zone: DomainName): ZoneKeys | undefined {
  const mark = store.known && markOfKeys(store, zone);
  const known = store.known?.get(zone);
  if (mark !== undefined && known?.mark === mark) return known.keys;
  const path = join(folderOf(store, zone), KEYS);
  if (!isFolder(folderOf(store, zone))) return undefined;
  const stored = readStored(path);
  const keys = stored === undefined ? undefined : readZoneKeys(stored.text, zone, path);
  if (mark !== undefined && keys !== undefined) store.known?.set(zone, { mark, keys });
  return keys;
}

/** What tells whether the keys of a zone are as they were, without reading them; `undefined` where it has none. */
export function markOfKeys(store: KeyStore, zone: DomainName): string | undefined {
  const path = join(folderOf(store, zone), KEYS);
  try {
    const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // Whoever reads them says why they cannot be read.
    return undefined;
  }
}

/** Runs work while nobody else writes to the store, which is made if it is not there. Throws a KeyStoreError. */
export async function whileHeld<T>(store: KeyStore, work: (held: HeldStore) => Promise<T>): Promise<T> {
  makeStore(store);
  const file = join(store.folder, '.lock');
  const lock = guarded(`lock ${store.folder}`, () => takeLock(file, 'changing the same key store'));
  try {
    guarded(`tidy ${store.folder}`, () => clearLockLitter(file));
    return await work({ ...store, recipients: await establishRecipients(store), lock });
  } finally {
    lock.release();
  }
}

function makeStore({ folder, usual, encrypted }: KeyStore): void {
  guarded(`make ${folder}`, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [ignore, what] = usual ? [join(dirname(folder), '.gitignore'), '*\n'] : [join(folder, '.gitignore'), '.*\n'];
    if (usual || encrypted) createFile(ignore, what);
  });
}

function createFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function establishRecipients(store: KeyStore): Promise<readonly string[]> {
  if (!store.encrypted) return [];
  const recipients =
    store.recipients.length > 0 ? store.recipients : await recipientsOf(readIdentities(store.identities));
  const listed = readStored(join(store.folder, RECIPIENTS))?.text ?? '';
  const lacking = recipients.filter((recipient) => !listed.includes(recipient));
  const file = { path: RECIPIENTS, text: `${recipients.join('\n')}\n`, mode: 0o644 };
  if (lacking.length > 0) writeStored(store.folder, [file]);
  return recipients;
}

/** Records what is known of the keys of zones. Throws a KeyStoreError. */
export function writeKeys(held: HeldStore, zones: readonly ZoneKeys[]): void {
  const folders = openFoldersOf(held, zones);
  writeStored(
    held.folder,
    zones.map((keys, i) => entryOf(folders[i] as string, keys)),
  );
}

/** What is known of a zone's keys, as a file of the store. */
function entryOf(folder: string, keys: ZoneKeys): ToStore {
  return { path: join(folder, KEYS), text: printZoneKeys(keys), mode: 0o644 };
}

/**
 * The folders of zones within the store. They are made where they are not there, and are without what killed processes have
 * left in them.
 */
function openFoldersOf(held: HeldStore, zones: readonly Pick<ZoneKeys, 'zone'>[]): string[] {
  guarded(`write to ${held.folder}`, () => held.lock.assertHeld());
  let isNew = false;
  const names = zones.map(({ zone }) => {
    const folder = folderOf(held, zone);
    if (!isFolder(folder)) {
      guarded(`make ${folder}`, () => mkdirSync(folder, { mode: 0o700 }));
      isNew = true;
    }
    clearDrafts(folder);
    const pending = readStored(join(folder, PENDING));
    if (pending !== undefined) {
      const listed = new Set<string>(readKeys(held, zone)?.keys.map(({ id }) => id));
      const left = pending.text.split('\n').filter((id) => /^\d{2}-\d{5}$/.test(id) && !listed.has(id));
      deletePrivate(folder, left);
    }
    return zoneFileName(zone);
  });
  if (isNew) guarded(`write to ${held.folder}`, () => flush(held.folder));
  return names;
}

/** Deletes private halves that have no entry any more, and the note that they are to go. */
function deletePrivate(folder: string, ids: readonly string[]): void {
  guarded(`tidy ${folder}`, () => {
    for (const id of ids) {
      for (const ending of ['age', 'pem']) rmSync(join(folder, `${id}.${ending}`), { force: true });
    }
    rmSync(join(folder, PENDING), { force: true });
  });
}

/** Keys of a zone with all that are known of it, and the private halves of those that are added. */
export interface AddedKeys {
  readonly keys: ZoneKeys;
  readonly pairs: readonly KeyPair[];
}

/**
 * Adds keys of zones with their private halves: these first, so that no entry ever lacks one. What was there under the zones
 * stays. Throws a KeyStoreError, also where a private key would stand in plain text in a git repository.
 */
export async function addKeys(held: HeldStore, added: readonly AddedKeys[]): Promise<void> {
  if (!held.encrypted) {
    const folders = added.map(({ keys }) => folderOf(held, keys.zone));
    await refuseRepository(held.folder, folders);
  }
  const zones = added.map(({ keys, pairs }) => {
    const listed = new Set<string>(readKeys(held, keys.zone)?.keys.map(({ id }) => id));
    // The private half of a key that has an entry is only brought back, and stays whatever happens.
    return { keys, pairs, pending: pairs.filter(({ key }) => !listed.has(key.id)) };
  });
  const halves: ToStore[] = [];
  for (const { keys, pairs } of zones) {
    for (const { key, privateKey } of pairs) {
      const pem = pemOf(privateKey);
      const path = join(zoneFileName(keys.zone), key.id);
      if (held.encrypted) halves.push({ path: `${path}.age`, text: await encrypt(pem, held.recipients), mode: 0o644 });
      else halves.push({ path: `${path}.pem`, text: pem, mode: 0o600 });
    }
  }
  const folders = openFoldersOf(
    held,
    zones.map(({ keys }) => keys),
  );
  writeStored(
    held.folder,
    zones.map(({ pending }, i) => pendingNote(folders[i] as string, pending)),
  );
  writeStored(held.folder, halves);
  const entries = zones.map(({ keys, pairs }, i) => {
    const ids = new Set(pairs.map(({ key }) => key.id));
    const dropped = keys.dropped?.filter((id) => !ids.has(id));
    return entryOf(folders[i] as string, { ...keys, ...(dropped !== undefined && { dropped }) });
  });
  writeStored(held.folder, entries);
  for (const folder of folders) deletePrivate(join(held.folder, folder), []);
}

function pendingNote(folder: string, pairs: readonly Pick<KeyPair, 'key'>[]): ToStore {
  return { path: join(folder, PENDING), text: pairs.map(({ key }) => `${key.id}\n`).join(''), mode: 0o600 };
}

/** Takes a key away: its entry first, then its private half. Throws a KeyStoreError. */
export function dropKey(held: HeldStore, keys: ZoneKeys, key: ZoneKey): void {
  const [folder] = openFoldersOf(held, [keys]) as [string];
  writeStored(held.folder, [pendingNote(folder, [{ key }])]);
  writeStored(held.folder, [entryOf(folder, keys)]);
  deletePrivate(join(held.folder, folder), [key.id]);
}

/** What killed processes have left of files that were being written. */
function clearDrafts(folder: string): void {
  guarded(`tidy ${folder}`, () => {
    for (const name of readdirSync(folder)) if (/^\..*\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
  });
}

const TO_STORE =
  'set keys.recipients in zonewright.yaml so that it is encrypted with age, or name a folder outside with --store';

/**
 * Private keys in plain text do not belong where a commit would take them along. `within` are the folders that would hold
 * them, `folder` an existing one above them, or the one itself.
 *
 * @throws KeyStoreError where that is a repository which does not ignore them; `fix` says what to do instead.
 */
export async function refuseRepository(folder: string, within = [folder], fix = TO_STORE): Promise<void> {
  const repository = await openRepository(folder);
  if (repository === undefined || repository.bare) return;
  const paths = within.map((each) => join(each, 'key.pem'));
  const { stdout } = await runGit(folder, ['check-ignore', '-z', '--stdin'], paths.join('\0'));
  const ignored = new Set(stdout.toString('utf8').split('\0'));
  if (paths.every((path) => ignored.has(path))) return;
  const message = `${folder} is in a git repository, so a private key in it would be committed in plain text`;
  throw new KeyStoreError('refused', message, fix);
}
