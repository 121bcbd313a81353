import { matchesGlob, parseGlob, type ZoneGlob } from '../../dns/glob.ts';
import type { DomainName } from '../../dns/name.ts';
import { relativeName } from '../../dns/name.ts';
import { isWithin } from './network.ts';

/** What can be allowed. `deploy`, `nodes` and `admin` are for admins alone, whatever their tokens say. */
export const verbs = ['read', 'create', 'update', 'delete', 'keys', 'deploy', 'nodes', 'admin'] as const;

/** One of {@link verbs}. */
export type Verb = (typeof verbs)[number];

/** The limits of a token. An absent limit allows all that the account may do. */
export interface Scope {
  /** Patterns of zones. */
  readonly zones?: readonly string[];
  /**
   * The zones were given by an operator: they count also where the account itself does not reach them, so that a program
   * gets one zone by one command and loses it with its token.
   */
  readonly grants?: boolean;
  /** Patterns of owners, relative to the zone: `@`, `_acme-challenge*`. */
  readonly names?: readonly string[];
  /** Record types. */
  readonly types?: readonly string[];
  readonly verbs?: readonly Verb[];
  /** Networks from which it may be used. */
  readonly networks?: readonly string[];
  /** The one dialect in which it may be used. */
  readonly dialect?: string;
}

/** Who asks: an account with a token, or one that logged in and has no token's limits. */
export interface Holder {
  readonly admin: boolean;
  readonly enabled: boolean;
  /** Patterns of the zones that the account reaches. */
  readonly grants: readonly ZoneGlob[];
  readonly scope: Scope;
  readonly expiresAt?: number | undefined;
  readonly revokedAt?: number | undefined;
}

/** What is asked for. Without a zone it is about the account, nodes or all zones; without an owner about the whole zone. */
export interface Request {
  readonly verb: Verb;
  readonly zone?: DomainName | undefined;
  readonly owner?: DomainName | undefined;
  readonly type?: string | undefined;
  /** The address that it comes from. */
  readonly from: string;
  /** The dialect that it speaks; `undefined`: the native API. */
  readonly dialect?: string | undefined;
  readonly now: number;
}

/**
 * The answer: `unknown`, the holder is nobody (401); `hidden`, the zone must look as if it were not there (404);
 * `forbidden`, not with these limits (403).
 */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'unknown'; readonly why: 'revoked' | 'expired' | 'disabled' }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'forbidden'; readonly why: 'network' | 'dialect' | 'verb' | 'name' | 'type' | 'zone' };

/** Whether a request is allowed. What is not allowed by something is not allowed. */
export function allows(holder: Holder, request: Request): Verdict {
  const { scope } = holder;
  const { zone, owner, type, verb, now } = request;
  if (holder.revokedAt !== undefined) return { kind: 'unknown', why: 'revoked' };
  if (holder.expiresAt !== undefined && now >= holder.expiresAt) return { kind: 'unknown', why: 'expired' };
  if (!holder.enabled) return { kind: 'unknown', why: 'disabled' };
  const why = misplaced(scope, request.from, request.dialect);
  if (why !== undefined) return forbidden(why);
  // Before anything that is about the zone, or the answer would tell that it is there.
  if (zone !== undefined && !reaches(holder, zone, verb === 'create' && owner === undefined)) return { kind: 'hidden' };
  if (scope.verbs !== undefined && !scope.verbs.includes(verb)) return forbidden('verb');
  if (!holder.admin && (verb === 'deploy' || verb === 'nodes' || verb === 'admin')) return forbidden('verb');
  if (zone === undefined) return verb === 'read' || !isLimited(scope) ? { kind: 'allowed' } : forbidden('zone');
  if (owner === undefined || type === undefined) return allowsWhole(scope, verb);
  if (scope.types !== undefined && !scope.types.includes(type)) return forbidden('type');
  if (scope.names !== undefined && !scope.names.some((name) => matchesOwner(name, owner, zone)))
    return forbidden('name');
  return { kind: 'allowed' };
}

/** Why a token may not be used from an address or in a dialect, whatever for. */
export function misplaced(scope: Scope, from: string, dialect: string | undefined): 'network' | 'dialect' | undefined {
  if (scope.networks !== undefined && !isWithin(from, scope.networks)) return 'network';
  return scope.dialect === undefined || scope.dialect === dialect ? undefined : 'dialect';
}

/** Whether a holder knows of a zone. `making` it is open to every account, within the zones of its token. */
export function reaches(holder: Holder, zone: DomainName, making = false): boolean {
  const { zones, grants } = holder.scope;
  const inScope = zones === undefined || zones.some((pattern) => matchesPattern(pattern, zone));
  if (!inScope) return false;
  if (holder.admin || making || (zones !== undefined && grants === true)) return true;
  return holder.grants.some((glob) => matchesGlob(glob, zone));
}

/** A token for some records of a zone may see that the zone is there, and change nothing that is about the whole zone. */
function allowsWhole(scope: Scope, verb: Verb): Verdict {
  if (verb === 'read') return { kind: 'allowed' };
  if (scope.names !== undefined) return forbidden('name');
  return scope.types === undefined ? { kind: 'allowed' } : forbidden('type');
}

function isLimited({ zones, names, types }: Scope): boolean {
  return zones !== undefined || names !== undefined || types !== undefined;
}

function forbidden(why: Extract<Verdict, { kind: 'forbidden' }>['why']): Verdict {
  return { kind: 'forbidden', why };
}

function matchesPattern(pattern: string, zone: DomainName): boolean {
  const glob = parseGlob(pattern);
  return glob !== undefined && matchesGlob(glob, zone);
}

function matchesOwner(pattern: string, owner: DomainName, zone: DomainName): boolean {
  const name = relativeName(owner, zone);
  if (pattern === '@' || name === '@') return pattern === name || pattern === '*';
  const glob = parseGlob(pattern);
  return glob !== undefined && matchesGlob(glob, `${name}.` as DomainName);
}
