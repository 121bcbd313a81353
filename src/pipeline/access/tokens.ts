import { parseGlob } from '../../dns/glob.ts';
import { findAccount, listAccounts } from '../../state/accounts/account.ts';
import type { State } from '../../state/state.ts';
import { parseNetwork } from '../../state/tokens/network.ts';
import { type Scope, type Verb, verbs } from '../../state/tokens/scope.ts';
import { readSecret } from '../../state/tokens/secret.ts';
import { addToken, listTokens, revokeToken, type Token } from '../../state/tokens/tokens.ts';
import { dialectNames } from '../../zone/document/server.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import { DAY, readPeriod } from './period.ts';
import { type StateOptions, withState } from './place.ts';
import { noUser } from './users.ts';

/** Words for scopes that are several verbs at once. */
const scopeWords: ReadonlyMap<string, readonly Verb[]> = new Map<string, readonly Verb[]>([
  ['write', ['read', 'create', 'update', 'delete']],
  ['all', verbs],
  // The permissions of VPS.org.
  ['dns:list', ['read']],
  ['dns:create', ['create']],
  ['dns:update', ['update']],
  ['dns:delete', ['delete']],
]);

/** A new token as words say it. Limits that are empty are none. */
export interface NewToken {
  readonly user: string;
  readonly label?: string | undefined;
  /** Patterns of zones; they count also where the account itself does not reach them. */
  readonly zones: readonly string[];
  /** Verbs, or words for several of them, such as `write`. */
  readonly scopes: readonly string[];
  /** Patterns of owners, relative to their zones. */
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly networks: readonly string[];
  /** A period such as `90d`, or a day such as `2027-01-31`, which it ends with (UTC). */
  readonly expires?: string | undefined;
  /** The one dialect in which it may be used. */
  readonly dialect?: string | undefined;
  /** The token by which it is made ends then, and this one no later. */
  readonly until?: number | undefined;
  /** `false`: the zones only limit what the account may do, as where somebody makes a token for the own account. */
  readonly grants?: boolean | undefined;
}

/** A token that was made. */
export interface CreatedToken {
  readonly kind: 'created';
  readonly user: string;
  readonly token: Token;
  /** Shown now and never again. */
  readonly secret: string;
}

/** Makes a token for an account, from the command line. */
export function createToken(options: StateOptions, wanted: NewToken): Promise<CreatedToken | Failure> {
  const scope = scopeOf(wanted);
  return 'kind' in scope ? Promise.resolve(scope) : withState(options, (state) => makeToken(state, wanted));
}

/** Makes a token for an account. */
export function makeToken(state: Pick<State, 'now' | 'query'>, wanted: NewToken): Promise<CreatedToken | Failure> {
  return orFailure(async () => {
    const scope = scopeOf(wanted);
    if ('kind' in scope) return scope;
    const now = state.now();
    const expiresAt = wanted.expires === undefined ? undefined : endOf(wanted.expires, now);
    if (wanted.expires !== undefined && (expiresAt === undefined || expiresAt <= now))
      return failure(
        'usage',
        `${JSON.stringify(wanted.expires)} is no time to come`,
        'write a period such as 90d or 12h, or a day such as 2027-01-31',
      );
    const ends = [expiresAt, wanted.until].filter((end) => end !== undefined);
    const account = await findAccount(state.query, { name: wanted.user });
    if (account === undefined) return noUser(wanted.user);
    // What VPS.org's tokens begin with; its clients may insist on it.
    const prefix = wanted.dialect === 'vps' ? 'vps' : 'zw';
    const values = {
      label: wanted.label ?? '',
      scope,
      expiresAt: ends.length === 0 ? undefined : Math.min(...ends),
      prefix,
    } as const;
    return { kind: 'created', user: account.name, ...(await addToken(state.query, account.id, values, now)) };
  });
}

function scopeOf({ zones, scopes, names, types, networks, dialect, grants = true }: NewToken): Scope | Failure {
  const globs = zones.map((zone) => parseGlob(zone)?.pattern);
  const badZone = globs.indexOf(undefined);
  if (badZone >= 0)
    return wrong(zones[badZone], 'no pattern of zone names', 'write a name such as example.com, or *.example.com');
  const chosen = scopes.flatMap((scope) => scopeWords.get(scope) ?? (verbs as readonly string[]).filter(is(scope)));
  const badScope = scopes.find((scope) => !scopeWords.has(scope) && !(verbs as readonly string[]).includes(scope));
  if (badScope !== undefined)
    return wrong(badScope, 'no scope', `choose of ${[...verbs, ...scopeWords.keys()].join(', ')}`);
  const owners = names.map((name) => (name === '@' ? name : parseGlob(name)?.pattern));
  const badName = owners.indexOf(undefined);
  if (badName >= 0)
    return wrong(names[badName], 'no pattern of names', 'write a name in the zone such as www, _acme-challenge* or @');
  const badType = types.find((type) => !/^[A-Za-z][A-Za-z0-9-]{0,19}$/.test(type));
  if (badType !== undefined) return wrong(badType, 'no record type', 'write a type such as TXT');
  if (dialect !== undefined && !(dialectNames as readonly string[]).includes(dialect))
    return wrong(dialect, 'no dialect', `choose of ${dialectNames.join(', ')}`);
  const from = networks.map(parseNetwork);
  const badNetwork = from.indexOf(undefined);
  if (badNetwork >= 0)
    return wrong(networks[badNetwork], 'no network', 'write an address, or a network such as 192.0.2.0/24');
  return {
    ...(zones.length > 0 && { zones: globs as string[], ...(grants && { grants }) }),
    ...(names.length > 0 && { names: owners as string[] }),
    ...(types.length > 0 && { types: types.map((type) => type.toUpperCase()) }),
    ...(scopes.length > 0 && { verbs: verbs.filter((verb) => chosen.includes(verb)) }),
    ...(networks.length > 0 && { networks: from as string[] }),
    ...(dialect !== undefined && { dialect }),
  };
}

function is(wanted: string): (verb: string) => verb is Verb {
  return (verb): verb is Verb => verb === wanted;
}

function wrong(text: string | undefined, what: string, fix: string): Failure {
  return failure('usage', `${JSON.stringify(text)} is ${what}`, fix);
}

function endOf(text: string, now: number): number | undefined {
  const period = readPeriod(text);
  if (period !== undefined) return now + period;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // A day that is not in the calendar is either none or another one.
  if (day === undefined || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text) return undefined;
  return day.getTime() + DAY;
}

/** A token with its account's name. */
export interface ListedToken {
  readonly user: string;
  readonly token: Token;
}

/** The tokens of one account or of all, the newest first. */
export interface TokenList {
  readonly kind: 'tokens';
  readonly tokens: readonly ListedToken[];
  readonly now: number;
}

/** See {@link TokenList}. */
export function listAllTokens(options: StateOptions, user: string | undefined): Promise<TokenList | Failure> {
  return withState(options, async (state) => {
    const account = user === undefined ? undefined : await findAccount(state.query, { name: user });
    if (user !== undefined && account === undefined) return noUser(user);
    const names = new Map((await listAccounts(state.query)).map(({ id, name }) => [id, name]));
    const tokens = (await listTokens(state.query, account?.id)).flatMap((token) => {
      const name = names.get(token.accountId);
      return name === undefined ? [] : [{ user: name, token }];
    });
    return { kind: 'tokens', tokens, now: state.now() };
  });
}

/** Tokens that were ended, by their ids. */
export interface RevokedTokens {
  readonly kind: 'revoked';
  readonly ids: readonly string[];
}

/** Ends tokens for good, all or none: by their ids, or by their secrets where those were found somewhere. */
export function revokeTokens(options: StateOptions, texts: readonly string[]): Promise<RevokedTokens | Failure> {
  const ids = texts.map((text) => readSecret(text)?.id ?? text);
  return withState(options, (state) =>
    state.transaction(async (tx) => {
      const known = new Set((await listTokens(tx)).map(({ id }) => id));
      const unknown = ids.findIndex((id) => !known.has(id));
      if (unknown >= 0)
        return failure(
          'refused',
          `there is no token ${unknown + 1} of those named`,
          'list them with: zonewright token list',
        );
      for (const id of ids) await revokeToken(tx, id, state.now());
      return { kind: 'revoked', ids };
    }),
  );
}
