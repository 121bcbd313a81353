import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { publicKeyOctets, readPem } from '../algorithm.ts';
import type { ZoneKey } from '../key.ts';
import { decrypt, hasIdentity, readIdentities, refuseBroken } from './age.ts';
import { KeyStoreError } from './error.ts';
import { isFolder, readStored, type StoredText } from './files.ts';
import { folderOf, type KeyStore, RECIPIENTS } from './store.ts';

/** Where the private half of a key is, and what stands there. */
interface Half {
  readonly path: string;
  readonly stored: StoredText;
  readonly encrypted: boolean;
}

/** Whether the private half of a key is in the store, whatever it looks like. */
export function hasPrivateKey(store: KeyStore, key: Pick<ZoneKey, 'zone' | 'id'>): boolean {
  return halfOf(store, key) !== undefined;
}

/**
 * The private half of a key, which is checked to belong to its DNSKEY.
 *
 * @throws KeyStoreError where it is missing, open to others, encrypted to others, damaged or that of another key.
 */
export async function privateKeyOf(store: KeyStore, key: ZoneKey): Promise<KeyObject> {
  const { path, stored, encrypted } = soundHalf(store, key);
  const text = encrypted ? await decrypt(stored.text, readIdentities(store.identities), path) : stored.text;
  const privateKey = readPem(text);
  if (privateKey === undefined) {
    throw new KeyStoreError('refused', `${path} is cut off or changed`, 'bring it back from a backup');
  }
  if (publicKeyOctets(privateKey, key.algorithm) === key.dnskey.slice(4)) return privateKey;
  throw new KeyStoreError(
    'refused',
    `${path} is the private key of another key than ${key.id} of ${key.zone}`,
    'bring the right file back from a backup',
  );
}

/**
 * What is wrong with the private half of a key, before somebody needs it; `undefined` where nothing is. Without an identity
 * for age an encrypted one is only looked at from outside: `sealed` says so.
 */
export async function privateHalfState(
  store: KeyStore,
  key: ZoneKey,
): Promise<'good' | 'sealed' | { readonly fault: KeyStoreError }> {
  try {
    const { path, stored, encrypted } = soundHalf(store, key);
    if (encrypted && !hasIdentity(store.identities)) {
      await refuseBroken(stored.text, path);
      return 'sealed';
    }
    await privateKeyOf(store, key);
    return 'good';
  } catch (error) {
    if (error instanceof KeyStoreError) return { fault: error };
    throw error;
  }
}

function halfOf(store: KeyStore, { zone, id }: Pick<ZoneKey, 'zone' | 'id'>): Half | undefined {
  const folder = folderOf(store, zone);
  if (!isFolder(folder)) return undefined;
  for (const ending of ['age', 'pem'] as const) {
    const path = join(folder, `${id}.${ending}`);
    const stored = readStored(path);
    if (stored !== undefined) return { path, stored, encrypted: ending === 'age' };
  }
  return undefined;
}

/** The private half of a key as it is kept, if it is kept as it must be. Throws a KeyStoreError. */
function soundHalf(store: KeyStore, key: ZoneKey): Half {
  const half = halfOf(store, key);
  if (half === undefined) {
    throw new KeyStoreError(
      'unavailable',
      `the private key ${key.id} of ${key.zone} is not in ${store.folder}`,
      'bring the file back from a backup, or name the store that has it with --store',
    );
  }
  const { path, stored, encrypted } = half;
  if (encrypted) return half;
  if (store.encrypted) {
    throw new KeyStoreError(
      'refused',
      `${path} is not encrypted, though the store is`,
      `encrypt it with: age -a -R ${join(store.folder, RECIPIENTS)} -o ${path.replace(/pem$/, 'age')} ${path}; then delete it`,
    );
  }
  if (process.platform !== 'win32' && (stored.mode & 0o077) !== 0) {
    throw new KeyStoreError('refused', `${path} can be read by others`, `run: chmod 600 ${path}`);
  }
  return half;
}
