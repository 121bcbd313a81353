import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import { publicKeyOctets, signingAlgorithms } from '../../../src/dnssec/algorithm.ts';
import { generateKey, type KeyPair, tagsOf } from '../../../src/dnssec/generate.ts';
import { KeyStoreError } from '../../../src/dnssec/store/error.ts';
import { hasPrivateKey, privateHalfState, privateKeyOf } from '../../../src/dnssec/store/private-half.ts';
import {
  addKeys,
  dropKey,
  openKeyStore,
  readKeys,
  type StorePlace,
  whileHeld,
  writeKeys,
  zonesOf,
} from '../../../src/dnssec/store/store.ts';
import type { ZoneKeys } from '../../../src/dnssec/zone-keys.ts';
import { git, scratch } from '../../setup/program.ts';

const zone = parseName('example.com.');
const place = (folder: string, more: Partial<StorePlace> = {}): StorePlace => ({
  folder: join(folder, 'keys'),
  usual: false,
  recipients: [],
  identities: {},
  ...more,
});
const make = (of: DomainName = zone, algorithm: 8 | 10 | 13 | 14 | 15 | 16 = 13): Promise<KeyPair> =>
  generateKey({ zone: of, role: 'csk', algorithm, rsaBits: 2048, now: 1_700_000_000 }, []);

async function put(at: StorePlace, pair: KeyPair): Promise<void> {
  const { key } = pair;
  await whileHeld(openKeyStore(at), (held) =>
    addKeys(held, [{ keys: { zone: key.zone, keys: [key], parent: undefined, progress: undefined }, pairs: [pair] }]),
  );
}

async function errorOf(work: () => unknown): Promise<KeyStoreError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof KeyStoreError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a plain store', () => {
  it.each(signingAlgorithms)('gives a key of algorithm %d back', async (algorithm) => {
    const at = place(scratch());
    const pair = await make(zone, algorithm);
    await put(at, pair);
    const store = openKeyStore(at);
    expect(readKeys(store, zone)?.keys).toEqual([pair.key]);
    expect(publicKeyOctets(await privateKeyOf(store, pair.key), algorithm)).toBe(pair.key.dnskey.slice(4));
    expect(statSync(join(at.folder, 'example.com', `${pair.key.id}.pem`)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(at.folder, 'example.com')).sort()).toEqual([`${pair.key.id}.pem`, 'keys.json']);
  });

  it('refuses private keys that others can read, that are cut off, and that are of another key', async () => {
    const at = place(scratch());
    const [pair, other] = [await make(), await make()];
    await put(at, pair);
    const file = join(at.folder, 'example.com', `${pair.key.id}.pem`);
    const text = readFileSync(file, 'utf8');
    chmodSync(file, 0o640);
    expect(await errorOf(() => privateKeyOf(openKeyStore(at), pair.key))).toMatchObject({
      kind: 'refused',
      fix: `run: chmod 600 ${file}`,
    });
    chmodSync(file, 0o600);
    writeFileSync(file, text.slice(0, 60));
    const cut = await errorOf(() => privateKeyOf(openKeyStore(at), pair.key));
    expect(cut.message).toContain('cut off');
    expect(JSON.stringify([cut, cut.message, cut.stack])).not.toContain(text.slice(30, 50));
    await put(place(join(at.folder, '..', 'other')), other);
    renameSync(join(at.folder, '..', 'other/keys/example.com', `${other.key.id}.pem`), file);
    expect((await errorOf(() => privateKeyOf(openKeyStore(at), pair.key))).message).toContain('another key');
  });

  it('keeps odd zones inside, and follows no link out', async () => {
    const folder = scratch();
    const at = place(folder);
    const names = ['.', '__proto__.', '\\.\\./x.', 'constructor.example.', '0/25.2.0.192.in-addr.arpa.'].map((n) =>
      parseName(n),
    );
    for (const name of names) await put(at, await make(name, 15));
    expect(zonesOf(openKeyStore(at))).toEqual([...names].sort());
    expect(readdirSync(folder)).toEqual(['keys']);
    mkdirSync(join(folder, 'outside'));
    symlinkSync(join(folder, 'outside'), join(at.folder, 'example.com'));
    expect((await errorOf(async () => put(at, await make()))).kind).toBe('refused');
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });

  it('is refused in a git repository unless it is ignored', async () => {
    const folder = scratch();
    git(folder, 'init', '-q');
    const pair = await make();
    expect((await errorOf(() => put(place(folder), pair))).message).toContain('git repository');
    expect(existsSync(join(folder, 'keys/example.com'))).toBe(false);
    await put({ ...place(folder), folder: join(folder, '.zonewright/keys'), usual: true }, pair);
    expect(git(folder, 'status', '--porcelain', '--untracked-files=all')).toBe('');
  });

  it('refuses keys of several zones where one of them would stand in a repository, and keeps none', async () => {
    const folder = scratch();
    git(folder, 'init', '-q');
    writeFileSync(join(folder, '.gitignore'), 'keys/*\n!keys/two.example/\n');
    const pairs = await Promise.all(['one.example.', 'two.example.'].map((name) => make(parseName(name))));
    const added = pairs.map((pair) => {
      const keys = { zone: pair.key.zone, keys: [pair.key], parent: undefined, progress: undefined };
      return { keys, pairs: [pair] };
    });
    const store = openKeyStore(place(folder));
    expect((await errorOf(() => whileHeld(store, (held) => addKeys(held, added)))).message).toContain('git repository');
    expect(existsSync(join(folder, 'keys/one.example'))).toBe(false);
    writeFileSync(join(folder, '.gitignore'), 'keys/*\n');
    await whileHeld(store, (held) => addKeys(held, added));
    for (const { key } of pairs) expect(readKeys(store, key.zone)?.keys).toEqual([key]);
    expect(git(folder, 'status', '--porcelain', '--untracked-files=all')).toBe('?? .gitignore\n');
  });

  it('keeps the keys of very many zones, each with its private half alone', async () => {
    const at = place(scratch());
    const pairs = await Promise.all(Array.from({ length: 520 }, (_, i) => make(parseName(`z${i}.example.`))));
    const added = pairs.map((pair) => {
      const keys = { zone: pair.key.zone, keys: [pair.key], parent: undefined, progress: undefined };
      return { keys, pairs: [pair] };
    });
    await whileHeld(openKeyStore(at), (held) => addKeys(held, added));
    const store = openKeyStore(at);
    for (const { key } of pairs) {
      expect(readKeys(store, key.zone)?.keys).toEqual([key]);
      expect(readdirSync(join(at.folder, key.zone.slice(0, -1))).sort()).toEqual([`${key.id}.pem`, 'keys.json']);
    }
  });

  it('is changed by one process at a time, and loses nothing that was half written', async () => {
    const at = place(scratch());
    const pair = await make();
    const again = await errorOf(() => whileHeld(openKeyStore(at), () => put(at, pair)));
    expect(again.kind).toBe('again');
    await put(at, pair);
    await whileHeld(openKeyStore(at), async (held) =>
      dropKey(held, { zone, keys: [], parent: undefined, progress: undefined }, pair.key),
    );
    expect(readdirSync(join(at.folder, 'example.com'))).toEqual(['keys.json']);
  });
});

describe('what a killed process has left', () => {
  it('goes with the next write: private halves without entries that were being added or removed, and drafts', async () => {
    const at = place(scratch());
    const [kept, added, foreign] = [await make(), await make(), await make()];
    await put(at, kept);
    const folder = join(at.folder, 'example.com');
    for (const { key } of [added, foreign]) writeFileSync(join(folder, `${key.id}.pem`), 'x', { mode: 0o600 });
    writeFileSync(join(folder, '.13-00001.pem.0123.tmp'), 'x');
    writeFileSync(join(folder, '.pending'), `${kept.key.id}\n${added.key.id}\n../../x\n`);
    const keys = readKeys(openKeyStore(at), zone) as ZoneKeys;
    await whileHeld(openKeyStore(at), async (held) => writeKeys(held, [keys]));
    // A private half that nobody has said to be on its way is left alone.
    const left = [`${kept.key.id}.pem`, `${foreign.key.id}.pem`, 'keys.json'];
    expect(readdirSync(folder).sort()).toEqual(left.sort());
  });

  it('never is the private half of a key that has an entry', async () => {
    const at = place(scratch());
    const pair = await make();
    await put(at, pair);
    const file = join(at.folder, 'example.com', `${pair.key.id}.pem`);
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    expect(hasPrivateKey(openKeyStore(at), pair.key)).toBe(false);
    await put(at, pair);
    expect([hasPrivateKey(openKeyStore(at), pair.key), readFileSync(file, 'utf8')]).toEqual([true, text]);
  });
});

describe('an encrypted store', () => {
  it('gives keys to its own identity only', async () => {
    const [mine, foreign] = [await generateIdentity(), await generateIdentity()];
    const at = place(scratch(), { identities: { ZONEWRIGHT_AGE_KEY: mine } });
    const pair = await make();
    await put(at, pair);
    const file = join(at.folder, 'example.com', `${pair.key.id}.age`);
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/);
    expect(readFileSync(join(at.folder, 'recipients.txt'), 'utf8')).toBe(`${await identityToRecipient(mine)}\n`);
    const file2 = join(scratch({ id: `# created: now\n${foreign}\n\n${mine}\n` }), 'id');
    const open = (identities: StorePlace['identities']) => privateKeyOf(openKeyStore({ ...at, identities }), pair.key);
    expect((await open({ ZONEWRIGHT_AGE_KEY_FILE: file2 })).type).toBe('private');
    const errors = [
      await errorOf(() => open({})),
      await errorOf(() => open({ ZONEWRIGHT_AGE_KEY: foreign })),
      await errorOf(() => open({ ZONEWRIGHT_AGE_KEY: `${mine}x` })),
      await errorOf(() => open({ ZONEWRIGHT_AGE_KEY_FILE: '/no/such/file' })),
    ];
    expect(errors.map(({ kind }) => kind)).toEqual(Array(4).fill('unavailable'));
    expect(errors.map(({ message, fix, stack }) => message + fix + stack).join()).not.toContain(mine.slice(16, 40));
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -60));
    expect((await errorOf(() => open({ ZONEWRIGHT_AGE_KEY: mine }))).message).toContain('cut off or changed');
  });

  it('is written with recipients alone', async () => {
    const recipient = await identityToRecipient(await generateIdentity());
    const at = place(scratch(), { recipients: [recipient] });
    await put(at, await make());
    expect(openKeyStore(place(join(at.folder, '..'))).encrypted).toBe(true);
  });
});

it('makes no key whose tag, own or revoked, another key has', async () => {
  const first = await make();
  const twice = [first.privateKey, first.privateKey, (await make()).privateKey];
  const request = { zone, role: 'csk', algorithm: 13, rsaBits: 2048, now: 0 } as const;
  const next = await generateKey(request, [first.key], async () => twice.shift() as KeyPair['privateKey']);
  expect(twice).toEqual([]);
  expect(tagsOf(first.key.dnskey)).not.toContain(next.key.tag);
});

describe('the state of a private half', () => {
  it('is told from outside without an identity, and from inside with one', async () => {
    const [mine, other] = [await generateIdentity(), await generateIdentity()];
    const at = place(scratch(), { recipients: [await identityToRecipient(mine)] });
    const pair = await make();
    await put(at, pair);
    const file = join(at.folder, 'example.com', `${pair.key.id}.age`);
    const whole = readFileSync(file, 'utf8');
    const state = async (identity?: string): Promise<string> => {
      const identities = identity === undefined ? {} : { ZONEWRIGHT_AGE_KEY: identity };
      const found = await privateHalfState(openKeyStore({ ...at, identities }), pair.key);
      return typeof found === 'string' ? found : found.fault.message.replace(file, 'FILE');
    };
    expect([await state(), await state(mine)]).toEqual(['sealed', 'good']);
    expect(await state(other)).toBe('FILE is encrypted to others than the identity that is given');
    const lines = whole.split('\n');
    for (const broken of [
      '',
      whole.slice(0, 300),
      lines.toSpliced(3, 3).join('\n'),
      lines.toSpliced(1, 1).join('\n'),
    ]) {
      writeFileSync(file, broken);
      expect([await state(), await state(mine)]).toEqual(['FILE is cut off or changed', 'FILE is cut off or changed']);
    }
    rmSync(file);
    expect(await state()).toContain(`the private key ${pair.key.id} of example.com. is not in`);
  });
});
