import { clockFault } from '../../compile/signing/judge.ts';
import type { SigningAlgorithm } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { generateKeyPairs, type KeyPair } from '../../dnssec/generate.ts';
import type { KeyRole, ZoneKey } from '../../dnssec/key.ts';
import { dueRolls, isRolling, missingRoles, rolesOf, startRoll } from '../../dnssec/rollover/decide.ts';
import { addKeys, dropKey, type HeldStore, readKeys, whileHeld, zonesOf } from '../../dnssec/store/store.ts';
import { needsOf, withoutKey } from '../../dnssec/without-key.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type KeysOptions, type OpenKeys, policyOf, withKeys, type ZonePolicy } from './open.ts';
import { releaseIn } from './release.ts';
import { knownKeys, type StatusFacts, type ZoneStatus, zoneStatus } from './zone-status.ts';

/** What to roll over. */
export interface RollOptions extends KeysOptions {
  /** Left out: what the policy asks for and is not there; all where nothing is missing. */
  readonly role?: KeyRole | 'all';
  /** The algorithm that the new keys are meant to have: nothing is begun where the policy says another one. */
  readonly algorithm?: SigningAlgorithm;
  /** Only what the periods of policies and their changes ask for. */
  readonly due?: boolean;
  /** Also where a roll-over of the same keys is under way. */
  readonly again?: boolean;
  /** The folder of the release that is served. */
  readonly release?: string;
}

/** A zone of which a roll-over has begun. */
export interface RolledZone {
  readonly made: readonly ZoneKey[];
  /** The keys that were used and go now. */
  readonly leaving: readonly ZoneKey[];
  readonly status: ZoneStatus;
}

/** What `keys roll` did. */
export interface Rolled {
  readonly kind: 'rolled';
  /** The folder of the store. */
  readonly store: string;
  /** Zones of which something has begun. */
  readonly zones: readonly RolledZone[];
  /** Zones whose policies ask for other keys, for which a roll-over that is under way has to end first. */
  readonly later: readonly DomainName[];
}

/** What is to begin. */
interface Intent {
  readonly known: ZoneKeys;
  readonly facts: StatusFacts;
  readonly roles: readonly KeyRole[];
}

const allRoles: readonly KeyRole[] = ['csk', 'ksk', 'zsk'];

/** Makes new keys, and has those go that they replace. Of several zones all are begun or none. Builds do the rest. */
export function rollKeys(workspace: Workspace, options: RollOptions): Promise<Rolled | Failure> {
  return orFailure(() =>
    withKeys<Rolled>(workspace, options, async (open) => {
      const misuse = misuseOf(options);
      if (misuse !== undefined) return misuse;
      const found = releaseIn(options.release);
      if ('kind' in found) return found;
      const policies = policiesOf(open);
      if (!(policies instanceof Map)) return policies;
      const { folder } = open.store;
      const now = Math.floor(workspace.now / 1000);
      if (policies.size === 0) return { kind: 'rolled', store: folder, zones: [], later: [] };
      return whileHeld<Rolled | Failure>(open.store, async (held) => {
        const later: DomainName[] = [];
        const intents: Intent[] = [];
        for (const [zone, signedBy] of policies) {
          const stored = readKeys(held, zone);
          if (stored === undefined) continue;
          const facts: StatusFacts = { now, signedBy, release: found.release };
          const known = knownKeys(stored, facts);
          const clock = known.keys.length === 0 ? undefined : clockFault(known, now);
          if (clock !== undefined) return failure('refused', clock.message, clock.fix);
          const other = otherAlgorithm(known, facts, options);
          if (other !== undefined) return other;
          const roles = options.due === true ? rolesDue(known, facts) : rolesAskedFor(known, facts, options);
          if (roles === 'later') later.push(zone);
          else if ('kind' in roles) return roles;
          else if (roles.length > 0) intents.push({ known, facts, roles });
        }
        const crowd = tooMany(intents);
        if (crowd !== undefined) return crowd;
        return { kind: 'rolled', store: folder, zones: await begin(held, intents), later };
      });
    }),
  );
}

function misuseOf({ zones, due, role, algorithm, again }: RollOptions): Failure | undefined {
  if (due !== true && zones.length === 0) {
    return failure('usage', 'no zone is named', 'name one, or roll over what is due in all zones with --due');
  }
  if (due !== true || (role === undefined && algorithm === undefined && again !== true)) return undefined;
  return failure('usage', '--due finds out by itself what to roll over', 'leave --role, --algorithm and --again out');
}

/** The policies of the zones that it is about: of all with keys that are to be signed where none is named. */
function policiesOf({ project, store, named }: OpenKeys): Map<DomainName, ZonePolicy> | Failure {
  const withKeys = new Set(zonesOf(store));
  const policies = new Map<DomainName, ZonePolicy>();
  for (const zone of named ?? [...withKeys].filter((each) => project.zones.has(each))) {
    const signedBy = policyOf(project, zone);
    const name = displayName(zone);
    if ('kind' in signedBy) {
      if (named !== undefined) return signedBy;
    } else if (signedBy.name === undefined) {
      if (named === undefined) continue;
      return failure('refused', `${name} is not to be signed`, 'set "dnssec: default" in its document');
    } else if (!withKeys.has(zone)) {
      return failure('refused', `${name} has no keys`, `make them with: zonewright keys generate ${name}`);
    } else {
      policies.set(zone, signedBy);
    }
  }
  return policies;
}

/** What the periods of a policy, or its changes, ask for. One change of policy is finished before the next begins. */
function rolesDue(known: ZoneKeys, { signedBy: { policy }, now }: StatusFacts): readonly KeyRole[] | 'later' {
  const missing = missingRoles(known.keys, policy);
  if (missing.length === 0) return dueRolls(known, policy, now);
  return allRoles.some((role) => isRolling(known, role, now)) ? 'later' : missing;
}

/** The policy holds for each roll-over to come, so keys that it does not ask for would soon be replaced again. */
function otherAlgorithm(
  { zone }: ZoneKeys,
  { signedBy: { policy, name } }: StatusFacts,
  { algorithm }: RollOptions,
): Failure | undefined {
  if (algorithm === undefined || algorithm === policy.algorithm) return undefined;
  return failure(
    'refused',
    `${displayName(zone)} is signed by the policy "${name}", which says algorithm ${policy.algorithm}`,
    `write "algorithm: ${algorithm}" into that policy, or have the zone name another one, and run this again`,
  );
}

function rolesAskedFor(
  known: ZoneKeys,
  { signedBy: { policy }, now }: StatusFacts,
  { role, again }: RollOptions,
): readonly KeyRole[] | Failure {
  const name = displayName(known.zone);
  const usual = rolesOf(policy);
  const missing = missingRoles(known.keys, policy);
  if (role !== undefined && role !== 'all' && !usual.includes(role)) {
    const message = `the policy of ${name} asks for ${policy.keys}, which has no ${role}`;
    return failure('refused', message, `name ${usual.join(' or ')}, or leave --role out`);
  }
  const asked = role === undefined || role === 'all' ? usual : [role];
  const roles = role === undefined && missing.length > 0 ? missing : asked;
  if (!missing.every((each) => roles.includes(each))) {
    const others = missing.join(' and ');
    const message = `the policy of ${name} asks for another ${others}, so its ${role} cannot be replaced alone`;
    return failure('refused', message, 'leave --role out');
  }
  const touched = missing.length > 0 ? allRoles : roles;
  const rolling = touched.filter((each) => isRolling(known, each, now));
  if (rolling.length === 0 || again === true) return roles;
  return failure(
    'refused',
    `the roll-over of the ${rolling.join(' and the ')} of ${name} is still under way`,
    `"zonewright keys status ${name}" says what it waits for; --again begins another one all the same`,
  );
}

/** So many keys a zone can have that resolvers may know: every combination of them is looked at. */
const MOST_IN_USE = 24;
/** So many keys of a zone are kept. */
const MOST_KEPT = 50;

/** Roll-overs that are begun again and again before the ones before are over. */
function tooMany(intents: readonly Intent[]): Failure | undefined {
  const crowded = intents.find(
    ({ known, facts }) => known.keys.length - forgotten(known, facts.now).length >= MOST_IN_USE,
  );
  if (crowded === undefined) return undefined;
  const name = displayName(crowded.known.zone);
  return failure(
    'refused',
    `${name} has ${MOST_IN_USE} keys or more that resolvers may know`,
    `"zonewright keys status ${name}" says what their roll-overs wait for`,
  );
}

/** Keys that nobody needs any more, those that have been there longest first. */
function forgotten(known: ZoneKeys, now: number): ZoneKey[] {
  return known.keys.filter(({ id, goal }) => {
    const { published, removed } = known.progress?.times.get(id) ?? {};
    const isOver = goal === 'retire' && (published === undefined || removed !== undefined);
    return isOver && needsOf(known, id, now).length === 0;
  });
}

async function begin(held: HeldStore, intents: readonly Intent[]): Promise<RolledZone[]> {
  const begun = await Promise.all(
    intents.map(async ({ known, facts, roles }) => {
      const { algorithm, rsaBits } = facts.signedBy.policy;
      const request = { zone: known.zone, algorithm, rsaBits, now: facts.now };
      return { known, facts, pairs: await generateKeyPairs(request, roles, known.keys) };
    }),
  );
  const keysOf = (pairs: readonly KeyPair[]): ZoneKey[] => pairs.map(({ key }) => key);
  await addKeys(
    held,
    begun.map(({ known: { zone }, pairs }) => ({
      keys: startRoll(readKeys(held, zone) as ZoneKeys, keysOf(pairs)),
      pairs,
    })),
  );
  return begun.map(({ known, facts, pairs }) => {
    const made = keysOf(pairs);
    const excess = Math.max(0, known.keys.length + made.length - MOST_KEPT);
    for (const key of forgotten(known, facts.now).slice(0, excess)) {
      const stored = readKeys(held, known.zone) as ZoneKeys;
      if (stored.keys.some(({ id }) => id === key.id)) dropKey(held, withoutKey(stored, key.id), key);
    }
    const after = startRoll(known, made);
    const used = new Set(known.keys.filter(({ goal }) => goal === 'use').map(({ id }) => id));
    const leaving = after.keys.filter(({ id, goal }) => goal === 'retire' && used.has(id));
    return { made, leaving, status: zoneStatus(after, facts) };
  });
}
