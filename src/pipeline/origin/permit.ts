import { type DomainName, displayName, ROOT } from '../../dns/name.ts';
import { allows, misplaced, reaches, type Verb } from '../../state/tokens/scope.ts';
import { type ProjectConfig, settingsFor } from '../../zone/config.ts';
import type { Caller } from './caller.ts';
import type { ChangedZone, Refusal } from './outcome.ts';

/** What is to be permitted. Without an owner it is about the whole zone, without a zone about no zone at all. */
export interface Deed {
  readonly verb: Verb;
  readonly zone?: DomainName | undefined;
  readonly owner?: DomainName | undefined;
  readonly type?: string | undefined;
}

/** Why a caller may not do something; `undefined`: it may. `owners` are those that the zone's document names. */
export function refusalOf(caller: Caller, deed: Deed, owners: readonly string[], now: number): Refusal | undefined {
  const { from, dialect } = caller;
  const verdict = allows(holderOf(caller, deed.zone, owners), { ...deed, from, dialect, now });
  switch (verdict.kind) {
    case 'allowed':
      return undefined;
    case 'unknown':
      return { kind: 'unknown' };
    case 'hidden':
      return { kind: 'no-zone', zone: deed.zone ?? ROOT };
    case 'forbidden':
      return { kind: 'forbidden', message: reasons[verdict.why](deed) };
  }
}

/** Why a caller may do nothing at all from where it is, or in this API; `undefined`: it may do something. */
export function refusalOfPlace({ holder, from, dialect }: Caller): Refusal | undefined {
  const why = misplaced(holder.scope, from, dialect);
  return why && { kind: 'forbidden', message: reasons[why]({ verb: 'read' }) };
}

/** Said of a zone that is taken by somebody else, or lies below one. */
export function notYours(zone: DomainName): string {
  return `${displayName(zone)} cannot be made a zone by this account`;
}

/** Whether a caller may know of a zone. */
export function mayRead(caller: Caller, zone: DomainName, owners: readonly string[]): boolean {
  return reaches(holderOf(caller, zone, owners), zone);
}

/**
 * Why a change may only be proposed: a zone demands that its changes are looked at first. Its settings as they were decide,
 * and for a new one those of the configuration: what is asked for does not decide about itself.
 */
export function refusalOfReviewed(zones: readonly ChangedZone[], config: ProjectConfig): Refusal | undefined {
  const reviewed = zones.find(({ zone, before }) => (before?.settings ?? settingsFor(config, zone)).review)?.zone;
  if (reviewed === undefined) return undefined;
  const message = `changes of ${displayName(reviewed)} are looked at first: propose them (proposal=true), or open a pull request`;
  return { kind: 'forbidden', message, review: true };
}

/** The holder, who reaches the zones that name the account among their owners as well. */
function holderOf({ holder, account }: Caller, zone: DomainName | undefined, owners: readonly string[]) {
  if (zone === undefined || !owners.includes(account.name)) return holder;
  const pattern = zone === ROOT ? ROOT : zone.slice(0, -1);
  return { ...holder, grants: [...holder.grants, { pattern }] };
}

const reasons: Record<'network' | 'dialect' | 'verb' | 'name' | 'type' | 'zone', (deed: Deed) => string> = {
  network: () => 'the token may not be used from this address',
  dialect: () => 'the token may not be used in this API',
  verb: ({ verb }) => `this needs the permission "${verb}"`,
  name: ({ owner }) =>
    owner === undefined ? 'the token is for some names alone' : `the token is not for ${displayName(owner)}`,
  type: ({ type }) => (type === undefined ? 'the token is for some types alone' : `the token is not for ${type}`),
  zone: () => 'the token is for some zones alone',
};
