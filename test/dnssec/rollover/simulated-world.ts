import type { DnssecPolicy, SigningAlgorithm } from '../../../src/dns/dnssec/policy.ts';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import type { Rdata } from '../../../src/dns/octets.ts';
import { type KeyId, type KeyRole, keyId, type ZoneKey } from '../../../src/dnssec/key.ts';
import { advance, isOldNews } from '../../../src/dnssec/rollover/advance.ts';
import { dueRolls, missingRoles, startRoll } from '../../../src/dnssec/rollover/decide.ts';
import { mergeKeys } from '../../../src/dnssec/rollover/merge.ts';
import { signingPlan } from '../../../src/dnssec/rollover/plan.ts';
import type { ZoneKeys } from '../../../src/dnssec/zone-keys.ts';
import { usualPolicy } from '../../../src/zone/document/policy.ts';

const ZONE: DomainName = parseName('example.com.');
const HOUR = 3600;

/** A policy, and how the world around it behaves. */
export interface World {
  readonly policy: DnssecPolicy;
  /** The longest TTL of the zone. */
  readonly maxTtl: number;
  /** How long after a build the last name server serves it: at most what the policy says. */
  readonly spread: number;
  /** Seconds between what the parent is asked for and its doing; `undefined`: it never does. */
  readonly parentDelay: number | undefined;
  /** The TTL that the parent gives to the DS, and how long its servers take to agree. */
  readonly dsTtl: number;
  readonly parentSpread: number;
}

/** What one server served for a while: what a resolver keeps of it is gone `ttl` after that. */
interface Served {
  readonly keys: readonly KeyId[];
  readonly from: number;
  to: number;
  readonly ttl: number;
}

/** A resolver in the world that does not validate the zone. */
export interface Broken {
  readonly at: number;
  readonly ds: readonly KeyId[];
  readonly dnskey: readonly KeyId[];
  readonly signatures: readonly KeyId[];
}

/**
 * Plays builds, parents and resolvers. What resolvers may have is kept here by itself, from what was served when, and has
 * nothing to do with how the roll-over remembers it.
 */
export class Simulation {
  state: ZoneKeys = { zone: ZONE, keys: [], parent: undefined, progress: undefined };
  now: number;
  policy: DnssecPolicy;
  secure = true;
  /** Whether what is seen at the parent is noted when it says nothing new, too; and how often it was not. */
  notesAll = true;
  unnoted = 0;
  readonly broken: Broken[] = [];
  private tags = 1000;
  private readonly all = new Map<KeyId, ZoneKey>();
  private readonly ds: Served[] = [];
  private readonly dnskey: Served[] = [];
  private readonly signatures: Served[] = [];
  private asked: { keys: readonly KeyId[]; at: number } | undefined;
  private sightAt: number | undefined;

  /** What the last release says about the keys. */
  private released: ZoneKeys | undefined;
  readonly world: World;
  private readonly ignoreTimes: boolean;

  constructor(world: World, start: number, ignoreTimes = false) {
    this.world = world;
    this.ignoreTimes = ignoreTimes;
    this.now = start;
    this.policy = world.policy;
    for (const part of [this.ds, this.dnskey, this.signatures]) {
      part.push({ keys: [], from: start, to: Number.POSITIVE_INFINITY, ttl: world.maxTtl });
    }
  }

  newKey(role: KeyRole, algorithm: SigningAlgorithm = this.policy.algorithm): ZoneKey {
    const tag = this.tags++;
    const id = keyId(algorithm, tag);
    const key: ZoneKey = { id, zone: ZONE, role, algorithm, tag, dnskey: '' as Rdata, created: this.now, goal: 'use' };
    this.all.set(id, key);
    return key;
  }

  /** Begins to roll these roles over. */
  roll(roles: readonly KeyRole[]): void {
    if (roles.length > 0)
      this.state = startRoll(
        this.state,
        roles.map((role) => this.newKey(role)),
      );
  }

  /** Makes the keys that are missing, rolls over what is due, and builds a release. `lost`: the key store is not told what it did. */
  build(options: { lost?: boolean } = {}): void {
    this.state = mergeKeys(this.state, this.released, this.now, this.policy.propagation);
    const missing = missingRoles(this.state.keys, this.policy);
    this.roll(missing.length > 0 ? missing : dueRolls(this.state, this.policy, this.now));
    const facts = { secure: this.secure, maxTtl: this.world.maxTtl };
    const policy = this.ignoreTimes ? { ...this.policy, propagation: 0, dnskeyTtl: 0 } : this.policy;
    const after = advance(this.state, policy, this.now, this.ignoreTimes ? { ...facts, maxTtl: 0 } : facts);
    const plan = signingPlan(after, this.secure);
    const ids = (keys: readonly ZoneKey[]): KeyId[] => keys.map(({ id }) => id);
    const dnskeys = ids(plan.dnskeys);
    const ttl = dnskeys.length === 0 ? this.world.maxTtl : this.policy.dnskeyTtl;
    this.serve(this.dnskey, dnskeys, this.now + this.world.spread, ttl);
    this.serve(this.signatures, ids(plan.zoneSigners), this.now + this.world.spread, this.world.maxTtl);
    const wanted = ids(plan.ds);
    if (!same(wanted, this.asked?.keys ?? [])) {
      this.asked = { keys: wanted, at: this.now };
      this.sightAt = undefined;
    }
    if (after.progress === undefined || after === this.state) return;
    this.released = { ...after, progress: { ...after.progress, signed: this.now } };
    if (options.lost !== true) this.state = this.released;
  }

  /** Lets time go by: the parent acts when it is its time, and is looked at by `look`. */
  pass(seconds: number, look: boolean): void {
    const end = this.now + seconds;
    const { parentDelay, parentSpread, dsTtl } = this.world;
    const acts = this.asked === undefined || parentDelay === undefined ? undefined : this.asked.at + parentDelay;
    if (acts !== undefined && acts <= end && !same((this.ds.at(-1) as Served).keys, this.asked?.keys ?? [])) {
      const from = Math.max(acts, this.now);
      this.serve(this.ds, this.asked?.keys ?? [], from + parentSpread, dsTtl, from);
      this.sightAt = from + parentSpread;
    }
    this.now = end;
    if (look && (this.sightAt === undefined || this.sightAt <= this.now)) {
      const { keys } = this.ds.at(-1) as Served;
      const sight = { keys, at: this.now, ttl: dsTtl, by: 'query' } as const;
      if (this.notesAll || !isOldNews(this.state, sight)) this.state = { ...this.state, parent: sight };
      else this.unnoted++;
    }
    this.judge();
  }

  /** The keys that something is still served with. */
  get served(): { ds: readonly KeyId[]; dnskey: readonly KeyId[]; signatures: readonly KeyId[] } {
    const last = (part: Served[]): readonly KeyId[] => (part.at(-1) as Served).keys;
    return { ds: last(this.ds), dnskey: last(this.dnskey), signatures: last(this.signatures) };
  }

  private serve(part: Served[], keys: readonly KeyId[], everywhere: number, ttl: number, from = this.now): void {
    const last = part.at(-1) as Served;
    if (same(last.keys, keys)) return;
    last.to = everywhere;
    part.push({ keys, from, to: Number.POSITIVE_INFINITY, ttl });
  }

  private judge(): void {
    const cachable = (part: Served[]): Served[] => {
      const held = part.filter(({ from, to, ttl }) => from <= this.now && to + ttl > this.now);
      part.splice(0, part.length - Math.max(1, part.filter(({ to, ttl }) => to + ttl > this.now).length));
      return held;
    };
    for (const ds of cachable(this.ds)) {
      for (const dnskey of cachable(this.dnskey)) {
        for (const signatures of cachable(this.signatures)) {
          if (this.isFine(ds.keys, dnskey.keys, signatures.keys)) continue;
          this.broken.push({ at: this.now, ds: ds.keys, dnskey: dnskey.keys, signatures: signatures.keys });
        }
      }
    }
  }

  /** What a strict validator does with an answer, the DNSKEY RRset and the DS RRset that it has. */
  private isFine(ds: readonly KeyId[], dnskey: readonly KeyId[], signatures: readonly KeyId[]): boolean {
    if (ds.length === 0) return true;
    const of = (id: KeyId): ZoneKey => this.all.get(id) as ZoneKey;
    for (const algorithm of new Set(ds.map((id) => of(id).algorithm))) {
      if (!ds.some((id) => of(id).algorithm === algorithm && dnskey.includes(id) && of(id).role !== 'zsk'))
        return false;
    }
    for (const algorithm of new Set(dnskey.map((id) => of(id).algorithm))) {
      if (!signatures.some((id) => of(id).algorithm === algorithm && dnskey.includes(id) && of(id).role !== 'ksk'))
        return false;
    }
    return dnskey.length > 0;
  }
}

function same(a: readonly KeyId[], b: readonly KeyId[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** The policy of the tests, with some things otherwise. */
export function policyWith(changes: Partial<DnssecPolicy>): DnssecPolicy {
  return { ...usualPolicy, propagation: HOUR, ...changes };
}
