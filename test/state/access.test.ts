import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import {
  addAccount,
  changeAccount,
  findAccount,
  findPassword,
  removeAccount,
} from '../../src/state/accounts/account.ts';
import { forgetZone, grant, grantsOf, holdersOf } from '../../src/state/accounts/grants.ts';
import { checkPassword } from '../../src/state/accounts/password.ts';
import { beginSession, endSession, useSession } from '../../src/state/accounts/session.ts';
import { newTokenFinder } from '../../src/state/tokens/known.ts';
import { isWithin, parseNetwork } from '../../src/state/tokens/network.ts';
import { allows, type Holder, type Request, verbs } from '../../src/state/tokens/scope.ts';
import { makeSecret, readSecret } from '../../src/state/tokens/secret.ts';
import { addToken, findToken, listTokens, noteTokenUse, revokeToken } from '../../src/state/tokens/tokens.ts';
import { onBothEngines } from './engines.ts';

const zone = parseName('example.com.');
const owner = parseName('www.example.com.');

onBothEngines('accounts and tokens', (bench) => {
  it('makes accounts, with names and addresses of their own', async () => {
    const { query } = await bench.open();
    const alice = await addAccount(query, 'alice', { email: 'A@Example.net', admin: true }, 5);
    expect(alice).toMatchObject({ id: 1, name: 'alice', email: 'a@example.net', admin: true, enabled: true });
    await expect(addAccount(query, 'alice', {}, 6)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(addAccount(query, 'bob', { email: 'a@example.NET' }, 6)).rejects.toMatchObject({ kind: 'conflict' });
    for (const name of ['', '-x', 'a b', 'a\nb', 'ä', '../x', 'x'.repeat(129)])
      await expect(addAccount(query, name, {}, 6)).rejects.toMatchObject({ kind: 'refused' });
    expect(await findAccount(query, { email: 'A@EXAMPLE.NET' })).toEqual(alice);
    expect(await changeAccount(query, 1, { enabled: false, profile: { firstName: 'A' } }, 7)).toMatchObject({
      enabled: false,
      profile: { firstName: 'A' },
      updatedAt: 7,
    });
    expect(await changeAccount(query, 99, { enabled: false }, 7)).toBeUndefined();
  });

  it('knows a password without keeping it', async () => {
    const { query } = await bench.open();
    await addAccount(query, 'alice', { password: 'correct horse' }, 1);
    const found = await findPassword(query, { name: 'alice' });
    expect(found?.hash).toMatch(/^\$scrypt\$/);
    expect(JSON.stringify(found)).not.toContain('horse');
    expect(await checkPassword('correct horse', found?.hash ?? null)).toBe(true);
    expect(await checkPassword('correct horsf', found?.hash ?? null)).toBe(false);
    expect(await checkPassword('', null)).toBe(false);
  });

  it('finds a token by its secret alone, until the account goes', async () => {
    const { query } = await bench.open();
    const { id } = await addAccount(query, 'alice', {}, 1);
    const { secret, token } = await addToken(query, id, { label: 'ci', scope: { verbs: ['read'] } }, 2);
    expect(await findToken(query, secret)).toMatchObject({ account: { name: 'alice' }, token: { label: 'ci' } });
    expect(await findToken(query, makeSecret('zw').text)).toBeUndefined();
    const forged = makeSecret('zw').text;
    expect(await findToken(query, secret.slice(0, 14) + forged.slice(14))).toBeUndefined();
    expect(JSON.stringify(await query.selectFrom('tokens').selectAll().execute())).not.toContain(secret.slice(14, 40));
    const use = noteTokenUse(query);
    use.note(token.id, 10);
    use.note(token.id, 11);
    await use.flush();
    expect((await listTokens(query, id))[0]?.lastUsedAt).toBe(11);
    expect(await revokeToken(query, token.id, 12)).toBe(true);
    expect(await revokeToken(query, token.id, 13)).toBe(false);
    expect((await findToken(query, secret))?.holder.revokedAt).toBe(12);
    expect(await removeAccount(query, id)).toBe(true);
    expect(await findToken(query, secret)).toBeUndefined();
  });

  it('remembers a token until something of it is written, here or by another process', async () => {
    const place = await bench.place();
    const here = await bench.open(place);
    const elsewhere = (await bench.open(place)).query;
    const find = newTokenFinder(here);
    const { id } = await addAccount(here.query, 'alice', {}, 1);
    const { secret, token } = await addToken(here.query, id, {}, 2);
    const first = await find(secret);
    expect(first).toMatchObject({ account: { name: 'alice' }, holder: { admin: false, grants: [] } });
    if (bench.kind === 'embedded') expect(await find(secret)).toBe(first);
    await grant(here.query, id, 'example.com');
    expect(await find(secret)).toMatchObject({ holder: { grants: [{ pattern: 'example.com' }] } });
    await changeAccount(elsewhere, id, { admin: true }, 3);
    expect(await find(secret)).toMatchObject({ holder: { admin: true } });
    await here.transaction((tx) => revokeToken(tx, token.id, 4));
    expect((await find(secret))?.holder.revokedAt).toBe(4);
    await removeAccount(elsewhere, id);
    expect(await find(secret)).toBeUndefined();
  });

  it('grants zones to accounts, and forgets the grants of a zone that is gone', async () => {
    const { query } = await bench.open();
    const { id } = await addAccount(query, 'alice', {}, 1);
    await grant(query, id, 'Example.com.');
    await grant(query, id, 'example.com');
    await grant(query, id, '*.example.net');
    expect(await grantsOf(query, id)).toEqual([{ pattern: '*.example.net' }, { pattern: 'example.com' }]);
    expect(await holdersOf(query, zone)).toEqual(['alice']);
    await expect(grant(query, id, 'a b')).rejects.toMatchObject({ kind: 'refused' });
    await forgetZone(query, zone);
    expect(await grantsOf(query, id)).toEqual([{ pattern: '*.example.net' }]);
  });

  it('prolongs sessions that are used and ends the others', async () => {
    const { query } = await bench.open();
    const { id } = await addAccount(query, 'alice', {}, 1);
    const at = (now: number) => ({ dialect: 'tonicdns', lifetime: 60, now });
    const secret = await beginSession(query, id, at(0));
    expect(secret).toMatch(/^[0-9a-f]{40}$/);
    expect(await useSession(query, secret, at(10))).toEqual({ accountId: id, expiresAt: 60 });
    expect(await useSession(query, secret, at(50))).toEqual({ accountId: id, expiresAt: 110 });
    expect(await useSession(query, secret, { ...at(51), dialect: 'luadns' })).toBeUndefined();
    expect(await useSession(query, secret, at(110))).toBeUndefined();
    expect(await endSession(query, secret)).toBe(true);
    expect(await endSession(query, secret)).toBe(false);
  });
});

describe('secrets', () => {
  const octets = fc.uint8Array({ minLength: 40, maxLength: 40 });

  it('are read as they were made', () => {
    fc.assert(
      fc.property(fc.constantFrom('zw' as const, 'vps' as const), octets, (prefix, random) => {
        const { text, id, hash } = makeSecret(prefix, random);
        expect(text).toMatch(/^(zw|vps)_[0-9A-Za-z]{60}$/);
        expect(readSecret(text)).toEqual({ id, hash });
      }),
    );
  });

  it('are not read when one character is wrong', () => {
    fc.assert(
      fc.property(octets, fc.nat({ max: 62 }), fc.constantFrom(...'0aZ_ \n'), (random, at, other) => {
        const { text } = makeSecret('zw', random);
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        fc.pre(changed !== text);
        expect(readSecret(changed)).toBeUndefined();
      }),
    );
  });

  it('are never read from nonsense', () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(readSecret(text)).toBeUndefined()));
  });
});

describe('networks', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.9', true],
    ['192.0.2.0/24', '192.0.3.9', false],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['2001:DB8::/32', '2001:db8::1', true],
    ['2001:db8::/32', '192.0.2.9', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['0.0.0.0/0', '::1', false],
    ['192.0.2.0/24', 'nonsense', false],
  ])('%s and %s: %s', (network, address, within) => {
    expect(isWithin(address, [parseNetwork(network) ?? expect.unreachable()])).toBe(within);
  });

  it.each(['', 'x', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/024', '::/129', 'fe80::1%lo/64', '1.2.3.4/5/6'])(
    'refuses %j',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );
});

describe('what a holder may do', () => {
  const holder: Holder = { admin: false, enabled: true, grants: [{ pattern: 'example.com' }], scope: {} };
  const request: Request = { verb: 'update', zone, owner, type: 'A', from: '192.0.2.1', now: 100 };
  const scoped = (scope: Holder['scope']) => allows({ ...holder, scope }, request);

  it('allows what every dimension allows', () => {
    const scope = {
      zones: ['example.*'],
      names: ['w*'],
      types: ['A'],
      verbs: ['update' as const],
      networks: ['192.0.2.0/24'],
    };
    expect(scoped(scope)).toEqual({ kind: 'allowed' });
    expect(scoped({})).toEqual({ kind: 'allowed' });
  });

  it.each([
    [{ zones: ['example.net'] }, { kind: 'hidden' }],
    [{ zones: [] }, { kind: 'hidden' }],
    [{ names: ['mail'] }, { kind: 'forbidden', why: 'name' }],
    [{ names: ['@'] }, { kind: 'forbidden', why: 'name' }],
    [{ types: ['TXT'] }, { kind: 'forbidden', why: 'type' }],
    [{ verbs: ['read' as const] }, { kind: 'forbidden', why: 'verb' }],
    [{ verbs: [] }, { kind: 'forbidden', why: 'verb' }],
    [{ networks: ['198.51.100.0/24'] }, { kind: 'forbidden', why: 'network' }],
    [{ dialect: 'luadns' }, { kind: 'forbidden', why: 'dialect' }],
  ])('refuses with %j', (scope, verdict) => expect(scoped(scope)).toEqual(verdict));

  it('knows nobody who is revoked, expired or disabled', () => {
    expect(allows({ ...holder, revokedAt: 1 }, request)).toEqual({ kind: 'unknown', why: 'revoked' });
    expect(allows({ ...holder, expiresAt: 100 }, request)).toEqual({ kind: 'unknown', why: 'expired' });
    expect(allows({ ...holder, expiresAt: 101 }, request)).toEqual({ kind: 'allowed' });
    expect(allows({ ...holder, enabled: false }, request)).toEqual({ kind: 'unknown', why: 'disabled' });
  });

  it('lets a token for some records see the zone and change nothing of it as a whole', () => {
    const limited = { ...holder, scope: { names: ['www'], types: ['A'] } };
    const whole = { ...request, owner: undefined, type: undefined };
    expect(allows(limited, { ...whole, verb: 'read' })).toEqual({ kind: 'allowed' });
    for (const verb of ['create', 'update', 'delete', 'keys'] as const)
      expect(allows(limited, { ...whole, verb }).kind).toBe('forbidden');
  });

  it('lets zones that an operator gave to a token count beyond the account', () => {
    const other = { ...request, zone: parseName('example.net.'), owner: parseName('www.example.net.') };
    expect(allows({ ...holder, scope: { zones: ['example.net'] } }, other)).toEqual({ kind: 'hidden' });
    expect(allows({ ...holder, scope: { zones: ['example.net'], grants: true } }, other)).toEqual({ kind: 'allowed' });
    expect(allows({ ...holder, scope: { grants: true } }, other)).toEqual({ kind: 'hidden' });
  });

  it('says the same of every zone that is out of reach, whatever is asked', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verbs), fc.constantFrom(...verbs), fc.boolean(), (verb, allowed, whole) => {
        const asked = { ...request, verb, zone: parseName('other.example.'), owner: parseName('x.other.example.') };
        const verdict = allows(
          { ...holder, scope: { verbs: [allowed], types: ['TXT'], names: ['a'] } },
          whole && verb !== 'create' ? { ...asked, owner: undefined, type: undefined } : asked,
        );
        expect(verdict).toEqual({ kind: 'hidden' });
      }),
    );
  });

  it('never allows with a limit what it refuses without', () => {
    const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
    const limits = fc.record(
      {
        zones: some(['example.com', '*.net', '*']),
        names: some(['www', '@', '*']),
        types: some(['A', 'TXT']),
        verbs: some(verbs),
        networks: some(['192.0.2.0/24', '::/0']),
      },
      { requiredKeys: [] },
    );
    const asked = fc.record({
      verb: fc.constantFrom(...verbs),
      zone: fc.constantFrom(zone, parseName('a.net.'), undefined),
      type: fc.constantFrom('A', 'MX', undefined),
      from: fc.constantFrom('192.0.2.1', '2001:db8::1'),
    });
    fc.assert(
      fc.property(limits, asked, fc.boolean(), (limit, question, admin) => {
        const scope = Object.fromEntries(Object.entries(limit).filter(([, value]) => value !== undefined));
        const full = { ...question, owner: question.type && question.zone, now: 1 };
        const bare = allows({ ...holder, admin }, full);
        const limited = allows({ ...holder, admin, scope }, full);
        if (limited.kind === 'allowed') expect(bare.kind).toBe('allowed');
        for (const key of ['verbs', 'networks'] as const)
          if (limit[key]?.length === 0) expect(limited.kind).not.toBe('allowed');
      }),
    );
  });
});
