import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { inTypeOrder, masterChunks, rrsetsInOrder } from '../../dns/master/writer.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Octets } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import type { Version } from '../../dnssec/chain.ts';
import { dsJson, dsText } from '../../dnssec/ds-data.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import { isOldNews } from '../../dnssec/rollover/advance.ts';
import { type AmendedFile, amendSignedFile } from '../../dnssec/sign/amend-file.ts';
import { signZoneFile } from '../../dnssec/sign/file.ts';
import type { Denial, SignInputs, SigningFault, SigningKey } from '../../dnssec/sign/inputs.ts';
import { type KeptSignatures, readKeptSignatures } from '../../dnssec/sign/kept.ts';
import { openSigningPool } from '../../dnssec/sign/pool.ts';
import { type NotSigned, signZone } from '../../dnssec/sign/sign.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import { printZoneKeys } from '../../dnssec/store/zone-keys-file.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import { rrsetsOfNode } from '../content.ts';
import { releaseName } from '../paths.ts';
import { withSerial } from '../release/zone-text.ts';
import { additionsOf } from './additions.ts';
import { childrenByParent, type SignedChild, withDs } from './children.ts';
import type { FinishedZone, Preparation, SigningDesk, SigningNote, ZoneToFinish, ZoneToSign } from './desk.ts';
import { publishedForParent } from './for-parent.ts';
import { judge, type KeySource, type SignedZone, type Signing, type UnsignedZone } from './judge.ts';
import { faultNote, goesOn } from './notes.ts';
import { newRecall } from './recall.ts';
import type { SettledZones } from './settled.ts';

/** What a desk works with. */
export interface DeskInputs {
  readonly keys: KeySource;
  /** Every zone of the project. */
  readonly zones: ReadonlyMap<DomainName, unknown>;
  readonly policies: ReadonlyMap<string, DnssecPolicy>;
  /** The policy by which a zone is signed, as its settings say; for zones of which nothing was said yet. */
  readonly signedBy: (apex: DomainName) => string | undefined;
  /** Gets ready to be asked that of some zones. */
  readonly prefetch: (apexes: readonly DomainName[]) => Promise<void>;
  /** Seconds since 1970. */
  readonly now: number;
  /** Whether what the release does with keys is to be recorded. */
  readonly record: boolean;
  /** What was found out for earlier releases. */
  readonly settled?: SettledZones | undefined;
}

/** So many documents are fetched together. */
const TOGETHER = 256;

/** Opens the desk for one release. */
export function openSigningDesk(inputs: DeskInputs): SigningDesk {
  const { keys, zones, policies, now } = inputs;
  const pool = openSigningPool();
  const recall = inputs.settled && newRecall(inputs.settled, keys, policies, now);
  const withKeys = new Set(keys.zones());
  const children = childrenByParent(zones, withKeys);
  const policyOf = new Map<DomainName, string | undefined>();
  const signaturesOfOthers = new Set<DomainName>();
  const signings = new Map<DomainName, Signing>();
  const preparations = new Map<DomainName, Preparation>();
  /** What is to be recorded. */
  const finished = new Map<DomainName, ZoneKeys>();

  const signingOf = (apex: DomainName): Signing => {
    let signing = signings.get(apex);
    if (signing === undefined) {
      const name = policyOf.has(apex) ? policyOf.get(apex) : inputs.signedBy(apex);
      signing = judge(apex, name, withKeys.has(apex) ? keys : undefined, policies, now);
      signings.set(apex, signing);
    }
    return signing;
  };
  const childrenOf = (apex: DomainName): SignedChild[] =>
    (children.get(apex) ?? []).flatMap((child) => {
      const signing = signingOf(child);
      if (signing.kind !== 'signed') return [];
      const { after, plan, policy } = signing;
      // A DS without a signature, beside a proof that there is none, would have the child held for forged.
      const ds = signaturesOfOthers.has(apex) && signingOf(apex).kind !== 'signed' ? [] : plan.ds;
      return [{ apex: child, keys: after.keys, ds, digests: policy.dsDigests }];
    });
  /** Without knowing a zone below, its DS would be left out. */
  const faultsBelow = (apex: DomainName): SigningNote[] =>
    (children.get(apex) ?? []).flatMap((child) => {
      const signing = signingOf(child);
      return signing.kind === 'fault' ? [signing.note] : [];
    });
  const privateHalves = (of: readonly ZoneKey[]): Promise<SigningKey[]> =>
    Promise.all(
      of.map(async (key) => {
        const { dnskey, tag, algorithm } = key;
        return { dnskey, tag, algorithm, privateKey: await keys.privateKey(key) };
      }),
    );

  return {
    concerns: (apex) => withKeys.has(apex) || children.has(apex),
    concerned: () => new Set([...withKeys, ...children.keys()]),
    foresee(apex) {
      if (withKeys.has(apex)) pool.getReady();
    },
    async lookBelow(apexes) {
      const below = apexes.flatMap((apex) => children.get(apex) ?? []).filter((child) => !policyOf.has(child));
      for (let i = 0; i < below.length; i += TOGETHER) {
        const some = below.slice(i, i + TOGETHER);
        await inputs.prefetch(some);
        for (const child of some) policyOf.set(child, inputs.signedBy(child));
      }
    },
    recall(zone) {
      // What stands in a zone for those below hangs on their keys, too.
      const known = children.has(zone.apex) ? undefined : recall?.prepared(zone);
      if (known !== undefined) policyOf.set(zone.apex, zone.signedBy);
      return known;
    },
    prepare(zone: ZoneToSign) {
      const { apex, signedBy, isPresigned } = zone;
      const known = preparations.get(apex);
      if (known !== undefined) return known;
      const note = children.has(apex) ? undefined : recall?.begin(zone);
      policyOf.set(apex, signedBy);
      if (isPresigned) signaturesOfOthers.add(apex);
      const signing = signingOf(apex);
      const preparation: Preparation =
        signing.kind === 'fault'
          ? { additions: undefined, notes: [signing.note] }
          : {
              additions: additionsOf(signing, childrenOf(apex)),
              notes: [...goesOn(apex, signedBy, signing), ...faultsBelow(apex)],
            };
      preparations.set(apex, preparation);
      note?.(signing, preparation);
      return preparation;
    },
    async finish(zone) {
      const { ordered, nodes, serial, write } = zone;
      const { apex } = ordered.compiled;
      const ds = withDs(ordered.compiled.names, childrenOf(apex));
      // Whoever amends a file does not want all of them.
      let all: readonly RRset[] | undefined;
      const rrsets = (): readonly RRset[] => {
        all ??= withSerial(ds.added.length === 0 ? ordered.rrsets : rrsetsInOrder(apex, ds.names), serial);
        return all;
      };
      for (const { child, keys: served, ttl } of ds.served) {
        const signing = signings.get(child);
        if (signing?.kind !== 'signed') continue;
        const sight = {
          keys: served.map(({ id }) => id),
          at: now + signing.policy.propagation,
          ttl,
          by: 'release' as const,
        };
        const known = finished.get(child) ?? signing.after;
        if (!isOldNews(known, sight)) finished.set(child, { ...known, parent: sight });
      }
      const rrsetsAt = (node: string): readonly RRset[] => {
        const own = ordered.compiled.nodes.get(node) ?? new Map();
        const all =
          ds.added.length === 0 ? undefined : withDs(new Map([...ordered.compiled.names, ...own]), childrenOf(apex));
        return withSerial(all === undefined ? rrsetsOfNode(ordered, node) : rrsetsInOrder(apex, all.names), serial);
      };
      const signing = signings.get(apex);
      if (signing?.kind !== 'signed') {
        for (const chunk of masterChunks({ apex, defaultTtl: ordered.defaultTtl, rrsets: rrsets() })) write(chunk);
        return {
          records: recordsOf(rrsets()),
          nodes: new Map(nodes.map((node) => [node, rrsetsAt(node)])),
          expires: undefined,
          dsOf: ds.added,
          files: signing?.kind === 'unsigned' ? filesOfUnsigned(signing, rrsets(), serial) : [],
          notes: ds.notes,
        };
      }
      try {
        const signed = await sign(signing, zone, rrsets, rrsetsAt);
        return { ...signed, dsOf: ds.added, notes: [...ds.notes, ...signed.notes] };
      } catch (error) {
        if (!(error instanceof KeyStoreError)) throw error;
        const note: SigningNote = { rule: 'signing-key-unusable', message: error.message, fix: error.fix };
        return { ...NOTHING, notes: [note] };
      }
    },
    async record() {
      if (inputs.record && finished.size > 0) await keys.write([...finished.values()]);
    },
    close: () => pool.close(),
  };

  async function sign(
    signing: SignedZone,
    zone: ZoneToFinish,
    rrsetsOfZone: () => readonly RRset[],
    rrsetsAt: (node: string) => readonly RRset[],
  ): Promise<Omit<FinishedZone, 'dsOf'>> {
    const { nodes, serial, previous, write, signal } = zone;
    const { after, policy } = signing;
    const apex = after.zone;
    const { defaultTtl } = zone.ordered;
    const declared = zone.ordered.compiled.names.get(apex) ?? [];
    const common = { ...(await signInputs(signing, declared)), signal };
    const isFirst = signing.before.progress === undefined;
    const filesOf = (maxTtl: number): FinishedZone['files'] => {
      const state = recorded(after, { maxTtl, serial, isFirst, policy });
      const name = releaseName(apex);
      const forParent = signing.plan.dsToCome;
      return [
        { path: `ds/${name}.ds`, text: dsText(apex, forParent, policy.dsDigests) },
        { path: `ds/${name}.json`, text: dsJson(apex, forParent, policy.dsDigests) },
        { path: `keys/${name}.json`, text: printZoneKeys(state) },
      ];
    };
    const amended = await amend(signing, zone, common);
    if (amended?.kind === 'fault') return refused(apex, amended.fault);
    if (amended !== undefined) {
      const { records, expires, maxTtl } = amended.file;
      return { records, nodes: new Map(), expires, notes: [], files: filesOf(maxTtl), index: amended.index };
    }
    const rrsets = rrsetsOfZone();
    if (nodes.length === 0 && !policy.zonemd) {
      const to = { apex, defaultTtl, previous: await previous(), write };
      const file = await signZoneFile({ ...common, rrsets }, to, pool);
      if (file.kind === 'fault') return refused(apex, file.fault);
      const { records, expires, maxTtl } = file;
      return { records, nodes: new Map(), expires, notes: [], files: filesOf(maxTtl) };
    }
    const text = await previous();
    const kept = text === undefined ? undefined : readKeptSignatures(apex, text.toString('latin1') as Octets);
    const main = await signZone({ ...common, rrsets, ...(kept !== undefined && { kept }) }, pool);
    if (main.kind === 'fault') return refused(apex, main.fault);
    for (const chunk of masterChunks({ apex, defaultTtl, rrsets: main.rrsets })) write(chunk);
    const atNodes = new Map<string, readonly RRset[]>();
    let { expires } = main;
    // Most of a node's zone is what the others serve, and so are its signatures.
    const ofMain: KeptSignatures | undefined =
      nodes.length === 0 ? undefined : readKeptSignatures(apex, byOwner(main.rrsets));
    for (const node of nodes) {
      const own = await signZone(
        { ...common, rrsets: rrsetsAt(node), ...(ofMain !== undefined && { kept: ofMain }) },
        pool,
      );
      if (own.kind === 'fault') return refused(apex, own.fault);
      expires = Math.min(expires, own.expires);
      atNodes.set(node, own.rrsets);
    }
    const records = recordsOf(main.rrsets);
    return { records, nodes: atNodes, expires, notes: [], files: filesOf(maxTtlOf(main.rrsets)) };
  }

  /** Amends the file of the release before, where all but a few owners is as it was; `undefined` where it is not. */
  async function amend(
    { after, before }: SignedZone,
    { ordered, nodes, serial, before: file, write }: ZoneToFinish,
    common: Omit<SignInputs, 'rrsets'>,
  ): Promise<AmendedOutcome | undefined> {
    const apex = after.zone;
    const { amended } = ordered;
    const digest = preparations.get(apex)?.additions?.digest;
    if (amended === undefined || file === undefined || nodes.length > 0 || children.has(apex)) return undefined;
    // What was made from other keys, or another zone than the one that is amended, has to be looked at as a whole.
    if (before.progress === undefined || digest === undefined) return undefined;
    if (file.made.signing !== digest || file.made.content !== amended.before.content) return undefined;
    const index = file.index();
    if (index === undefined) return undefined;
    const { before: zoneBefore, changed } = amended.difference;
    const at = (names: ReadonlyMap<DomainName, readonly RRset[]>, owner: DomainName): readonly RRset[] => {
      const rrsets = inTypeOrder(names.get(owner) ?? []);
      return owner === apex ? withSerial(rrsets, serial) : rrsets;
    };
    const outcome = await amendSignedFile(
      { ...common, rrsets: [] },
      {
        index,
        defaultTtl: ordered.defaultTtl,
        changed,
        rrsetsAt: (owner) => at(ordered.compiled.names, owner),
        rrsetsBefore: (owner) => at(zoneBefore.names, owner),
        read: file.read,
        write,
        pass: (from, to) => file.pass(from, to, write),
      },
      pool,
    );
    return outcome === undefined || 'kind' in outcome ? outcome : { kind: 'amended', ...outcome };
  }

  /** Signing again later has to know that resolvers have the zone without signatures, and since when. */
  function filesOfUnsigned({ left }: UnsignedZone, rrsets: readonly RRset[], serial: Serial): FinishedZone['files'] {
    if (left === undefined) return [];
    const { after, policy } = left;
    const state = recorded(after, { maxTtl: maxTtlOf(rrsets), serial, isFirst: false, policy });
    return [{ path: `keys/${releaseName(after.zone)}.json`, text: printZoneKeys(state) }];
  }

  async function signInputs(
    { after, plan, policy }: SignedZone,
    rrsets: readonly RRset[],
  ): Promise<Omit<SignInputs, 'rrsets'>> {
    const apex = after.zone;
    const declared = rrsets.find(({ owner, type }) => owner === apex && type === DNSKEY.code)?.rdatas ?? [];
    // A key that signs both is one key to the signer, not two that are alike.
    const signers = [...new Set([...plan.dnskeySigners, ...plan.zoneSigners])];
    const halves = await privateHalves(signers);
    const halvesOf = (keys: readonly ZoneKey[]): SigningKey[] =>
      keys.map((key) => halves[signers.indexOf(key)] as SigningKey);
    const denial: Denial = policy.denial === 'nsec' ? { kind: 'nsec' } : { kind: 'nsec3', optOut: policy.optOut };
    return {
      apex,
      // Keys that the document holds itself are those of other signers of the same zone (RFC 8901).
      dnskeys: [...new Set([...plan.dnskeys.map(({ dnskey }) => dnskey), ...declared])],
      dnskeyTtl: policy.dnskeyTtl,
      dnskeySigners: halvesOf(plan.dnskeySigners),
      zoneSigners: halvesOf(plan.zoneSigners),
      ...publishedForParent(plan, policy),
      denial,
      zonemd: policy.zonemd,
      times: { now, ...policy.signatures },
    };
  }

  /** Notes what a release does with the keys of a zone, and gives it. */
  function recorded(
    after: ZoneKeys,
    made: { maxTtl: number; serial: Serial; isFirst: boolean; policy: DnssecPolicy },
  ): ZoneKeys {
    const zoneKeys = finished.get(after.zone) ?? after;
    const { progress } = zoneKeys;
    if (progress === undefined) return zoneKeys;
    const { maxTtl, serial, isFirst, policy } = made;
    const { dnskey, signatures } = progress.chain;
    // What was served before the zone was ever signed had the TTLs of this zone, as far as anybody can know.
    const known = (version: Version): Version =>
      isFirst && version.until !== undefined
        ? { ...version, ttl: maxTtl, until: now + maxTtl + policy.propagation }
        : version;
    const served = (version: Version): Version => ({
      ...version,
      ttl: isFirst ? maxTtl : Math.max(version.ttl, maxTtl),
    });
    const chain = {
      ...progress.chain,
      dnskey: dnskey.map(known),
      signatures: signatures.map((version, i) => (i === signatures.length - 1 ? served(version) : known(version))),
    };
    const state = { ...zoneKeys, progress: { ...progress, chain, signed: now, serial } };
    finished.set(after.zone, state);
    return state;
  }
}

function refused(apex: DomainName, fault: SigningFault): Omit<FinishedZone, 'dsOf'> {
  return { ...NOTHING, notes: [faultNote(apex, fault)] };
}

type AmendedOutcome = NotSigned | ({ readonly kind: 'amended' } & AmendedFile);

/** What there is of a zone that cannot be signed. */
const NOTHING = { records: 0, nodes: new Map(), expires: undefined, dsOf: [], files: [] };

function recordsOf(rrsets: readonly RRset[]): number {
  return rrsets.reduce((sum, { rdatas }) => sum + rdatas.length, 0);
}

function maxTtlOf(rrsets: readonly RRset[]): number {
  return rrsets.reduce((most, { ttl }) => Math.max(most, ttl), 0);
}

function byOwner(rrsets: readonly RRset[]): Map<DomainName, RRset[]> {
  const names = new Map<DomainName, RRset[]>();
  for (const rrset of rrsets) {
    const list = names.get(rrset.owner);
    if (list === undefined) names.set(rrset.owner, [rrset]);
    else list.push(rrset);
  }
  return names;
}
