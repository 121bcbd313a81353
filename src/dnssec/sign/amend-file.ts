import { readRRsets } from '../../dns/master/collect.ts';
import { lastUpTo } from '../../dns/master/order.ts';
import { masterHead } from '../../dns/master/writer.ts';
import { canonicalKey, type DomainName, parentName } from '../../dns/name.ts';
import { octets } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { NS } from '../../dns/types/ns.ts';
import { NSEC3 } from '../../dns/types/nsec3.ts';
import { type ChainChange, chainChange } from './amend-nsec3.ts';
import { readStart, type Start, signedApex } from './apex.ts';
import { newBitmaps } from './bitmap.ts';
import { type SignedFile, writeSigned } from './file.ts';
import { DENIAL, type FileIndex, indexFile, ownersBelow } from './file-index.ts';
import type { SignInputs } from './inputs.ts';
import { type Node, nodesOf } from './nodes.ts';
import { withNext } from './nsec.ts';
import { hashIn, NO_HASH, nodeOfNsec3, nsec3RRset, withNextHash } from './nsec3.ts';
import type { SigningPool } from './pool.ts';
import type { NotSigned } from './sign.ts';

/** A zone file that is to be written signed, which differs in some owners from one that was. */
export interface FileToAmend {
  /** The index of the zone file before. It was signed by the same keys, and its denial is the same. */
  readonly index: FileIndex;
  /** The TTL of `$TTL` in the new file. */
  readonly defaultTtl: number;
  /** The owners whose RRsets are others now, came or went. */
  readonly changed: ReadonlySet<DomainName>;
  /** What the zone says at a name now, and what it said before, unsigned and in the order of the file. */
  readonly rrsetsAt: (owner: DomainName) => readonly RRset[];
  readonly rrsetsBefore: (owner: DomainName) => readonly RRset[];
  /** Octets of the zone file before. */
  readonly read: (from: number, to: number) => Uint8Array;
  /** Appends octets to the new file. */
  readonly write: (piece: Uint8Array) => void;
  /** Appends octets of the zone file before. */
  readonly pass: (from: number, to: number) => void;
}

/** A zone file that was amended, and its index. */
export interface AmendedFile {
  readonly file: SignedFile;
  readonly index: FileIndex;
}

/** More owners than this are not looked at one by one. */
const MANY = 1000;

/**
 * Writes what {@link signZoneFile} writes for the whole zone, from the zone file before: signed are the owners that have
 * changed, the names below delegations that came or went, the apex, whoever has a signature that is due, and the neighbours of
 * names that came or went. `undefined`, and nothing is written, where more may differ: DNAME, the TTLs of denial, and clocks that
 * ran backwards.
 */
export async function amendSignedFile(
  inputs: SignInputs,
  file: FileToAmend,
  pool: SigningPool,
): Promise<AmendedFile | NotSigned | undefined> {
  const affected = affectedNow(file);
  const chain = affected && chainNow(inputs, file, affected);
  if (affected === undefined || chain === undefined) return undefined;
  const places = placesNow(file, affected, chain);
  if (!isUsual(inputs, file, places)) return undefined;
  const nodes = nodesToSign(inputs, file, places, chain);
  if (nodes === undefined) return undefined;
  const { index } = file;
  const { apex } = index;
  const offsets = offsetsOf(index);
  const old = [...nodes.keys()].flatMap((place) => places.before[place] ?? []);
  const lines = old.map((i) => file.read(offsets[i] as number, offsets[i + 1] as number));
  const written: Uint8Array[] = [];
  const signed = await writeSigned(
    inputs,
    { start: readStart([...nodes.values()][0]), nodes: nodes.values() },
    {
      apex,
      defaultTtl: file.defaultTtl,
      previous: Buffer.concat([Buffer.from(masterHead(index), 'latin1'), ...lines]),
      write: (piece) => written.push(piece),
    },
    pool,
  );
  if (signed.kind === 'fault') return signed;
  const text = Buffer.concat(written);
  const some = indexFile(text, apex);
  const isWhole =
    some?.owners.length === nodes.size && [...nodes.values()].every(({ owner }, i) => owner === some.owners[i]);
  if (some === undefined || !isWhole) throw new Error(`the lines of ${apex} are not those that were signed`);
  const made = new Map([...nodes.keys()].map((place, i) => [place, i]));
  putTogether(file, places, offsets, { text, offsets: offsetsOf(some), made });
  const now = indexNow(file, places, some, made);
  const total = {
    records: now.records.reduce((sum, each) => sum + each, 0),
    maxTtl: now.maxTtls.reduce((most, each) => Math.max(most, each), 0),
    expires: now.expires.reduce((first, each) => Math.min(first, each), Number.POSITIVE_INFINITY),
  };
  return { file: { ...signed, ...total }, index: now };
}

/** The owners of the new file in their order, and where each was before; `undefined`: nowhere. */
interface Places {
  readonly owners: readonly DomainName[];
  readonly before: readonly (number | undefined)[];
  /** The places of those that are affected and there. */
  readonly changed: readonly number[];
  /** For each that has gone, the place of the one behind it. */
  readonly gaps: readonly number[];
}

const NO_CHANGE: ChainChange = { there: new Map(), gone: new Set() };

/** Owners that may be other than they were. */
interface Affected {
  readonly all: ReadonlySet<DomainName>;
  /** Those below delegations that came or went: others answer for them now, or did before. */
  readonly below: ReadonlySet<DomainName>;
}

/** The owners that have changed, and those below delegations that came or went; `undefined`: too many. */
function affectedNow({ index, changed, rrsetsAt, rrsetsBefore }: FileToAmend): Affected | undefined {
  const below = new Set<DomainName>();
  for (const cut of changed) {
    if (cut === index.apex || isDelegated(rrsetsAt(cut)) === isDelegated(rrsetsBefore(cut))) continue;
    for (const owner of ownersBelow(index, cut)) {
      below.add(owner);
      if (below.size > MANY) return undefined;
    }
  }
  const all = new Set([...changed, ...below]);
  return all.size > MANY ? undefined : { all, below };
}

function isDelegated(rrsets: readonly RRset[]): boolean {
  return rrsets.some(({ type }) => type === NS.code);
}

/** How the chain of NSEC3 changes with the zone; `undefined` where that is not clear. */
function chainNow(inputs: SignInputs, file: FileToAmend, { all, below }: Affected): ChainChange | undefined {
  const { denial } = inputs;
  const { index, rrsetsAt, rrsetsBefore } = file;
  if (denial.kind === 'nsec') return NO_CHANGE;
  const { apex } = index;
  const start = startNow(file);
  const isNews = (owner: DomainName): boolean =>
    below.has(owner) || typesOf(rrsetsAt(owner)) !== typesOf(rrsetsBefore(owner));
  return chainChange({
    index,
    changed: new Set([...all].filter(isNews)),
    optOut: denial.optOut,
    nodeAt(owner) {
      const [node] = nodesOf(apex, rrsetsAt(owner));
      return node !== undefined && owner === apex ? signedApex(node, start, inputs) : node;
    },
    isBelowCut: (owner) => isBelowCut(owner, apex, rrsetsAt),
  });
}

function startNow({ index: { apex }, rrsetsAt }: FileToAmend): Start {
  return readStart({ owner: apex, authority: 'own', rrsets: rrsetsAt(apex) });
}

function placesNow({ index, rrsetsAt }: FileToAmend, affected: Affected, { there, gone }: ChainChange): Places {
  const { owners } = index;
  const all = [...affected.all].map((owner) => ({ owner, isThere: rrsetsAt(owner).length > 0 || there.has(owner) }));
  for (const owner of there.keys()) all.push({ owner, isThere: true });
  for (const owner of gone) all.push({ owner, isThere: false });
  const keyed = all.map((each) => ({ ...each, key: canonicalKey(each.owner) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const now: DomainName[] = [];
  const before: (number | undefined)[] = [];
  const places: number[] = [];
  const gaps: number[] = [];
  let at = 0;
  const keepTo = (end: number): void => {
    for (; at < end; at++) {
      now.push(owners[at] as DomainName);
      before.push(at);
    }
  };
  for (const { owner, key, isThere } of keyed) {
    const last = lastUpTo(owners.length, (i) => owners[i] as DomainName, key);
    const wasThere = owners[last] === owner;
    keepTo(wasThere ? last : last + 1);
    if (isThere) {
      places.push(now.length);
      now.push(owner);
      before.push(wasThere ? last : undefined);
    } else if (wasThere) gaps.push(now.length);
    if (wasThere) at = last + 1;
  }
  keepTo(owners.length);
  return { owners: now, before, changed: places, gaps };
}

/** Whether nothing differs that all of the zone may hang on. */
function isUsual(inputs: SignInputs, file: FileToAmend, { owners, before }: Places): boolean {
  const { index, rrsetsAt, rrsetsBefore, changed } = file;
  const { apex } = index;
  const { now, lifetime } = inputs.times;
  if (owners[0] !== apex || before[0] !== 0 || index.defaultTtl !== file.defaultTtl) return false;
  if (now + lifetime >= 0xffffffff || index.begins > now || inputs.zonemd) return false;
  const [start, startBefore] = [rrsetsAt(apex), rrsetsBefore(apex)].map((rrsets) =>
    readStart({ owner: apex, authority: 'own', rrsets }),
  );
  if (start?.negativeTtl !== startBefore?.negativeTtl) return false;
  for (const owner of changed) {
    if ([...rrsetsAt(owner), ...rrsetsBefore(owner)].some(({ type }) => type === DNAME.code)) return false;
  }
  return rrsetsAt(apex).every(({ type }) => type !== DNAME.code);
}

function typesOf(rrsets: readonly RRset[]): string {
  return rrsets.map(({ type }) => type).join(' ');
}

/** The names that are to be signed, by their places, in their order; `undefined` where one cannot be made. */
function nodesToSign(
  inputs: SignInputs,
  file: FileToAmend,
  places: Places,
  chain: ChainChange,
): Map<number, Node> | undefined {
  const { index, rrsetsAt } = file;
  const { denial } = inputs;
  const { apex } = index;
  const { owners, before } = places;
  const { now, refresh } = inputs.times;
  const wanted = new Set([0, ...places.changed]);
  for (let place = 0; place < owners.length; place++) {
    const old = before[place];
    if (old !== undefined && (index.expires[old] as number) <= now + refresh) wanted.add(place);
  }
  const start = startNow(file);
  const nodeAt = (place: number): Node | undefined => {
    const owner = owners[place] as DomainName;
    const old = before[place];
    const [node] = nodesOf(apex, rrsetsAt(owner));
    const bitmap = chain.there.get(owner);
    if (bitmap !== undefined) {
      const optOut = denial.kind === 'nsec3' && denial.optOut;
      // Which one is next is seen when all are there.
      return nodeOfNsec3(nsec3RRset(owner, { optOut, ttl: start.negativeTtl, next: NO_HASH, bitmap }));
    }
    if (old !== undefined && index.denials[old] === DENIAL.nsec3) {
      // The hash of a name may be the first label of another one: then it has more.
      return node === undefined ? nsec3Node(file, owner, old) : undefined;
    }
    if (node !== undefined && owner === apex) return signedApex(node, start, inputs);
    return node !== undefined && isBelowCut(owner, apex, rrsetsAt) ? { ...node, authority: 'none' } : node;
  };
  const nodes = new Map<number, Node>();
  for (const place of wanted) {
    const node = nodeAt(place);
    if (node === undefined) return undefined;
    nodes.set(place, node);
  }
  const isLink = (place: number): boolean => {
    const old = before[place];
    if (denial.kind === 'nsec3') {
      return chain.there.has(owners[place] as DomainName) || (old !== undefined && index.denials[old] === DENIAL.nsec3);
    }
    const node = nodes.get(place);
    return node === undefined ? index.denials[old as number] === DENIAL.nsec : node.authority !== 'none';
  };
  // Whoever was in front of a name that came or went in the chain names another one as the next.
  const hasMoved = (place: number): boolean => {
    const old = before[place];
    return old === undefined || (denial.kind === 'nsec' && isLink(place) !== (index.denials[old] === DENIAL.nsec));
  };
  const comeOrGone = [...places.gaps, ...places.changed.filter(hasMoved)];
  for (const place of comeOrGone) {
    let neighbour = place - 1;
    while (neighbour >= 0 && !isLink(neighbour)) neighbour--;
    // In front of the first NSEC3 is the last one.
    if (neighbour < 0) for (neighbour = owners.length - 1; !isLink(neighbour); ) neighbour--;
    if (nodes.has(neighbour)) continue;
    const node = nodeAt(neighbour);
    if (node === undefined) return undefined;
    nodes.set(neighbour, node);
  }
  const bitmapOf = newBitmaps('nsec');
  for (const [place, node] of nodes) {
    if (!isLink(place)) continue;
    let next = place + 1;
    while (next < owners.length && !isLink(next)) next++;
    if (next === owners.length) for (next = 0; !isLink(next); ) next++;
    const following = owners[next] as DomainName;
    nodes.set(
      place,
      denial.kind === 'nsec3'
        ? nodeOfNsec3(withNextHash(node.rrsets[0] as RRset, hashIn(following)))
        : withNext(node, following, start.negativeTtl, bitmapOf),
    );
  }
  return new Map([...nodes].sort(([a], [b]) => a - b));
}

/** An owner of nothing but NSEC3, as the file before has it. */
function nsec3Node({ index, read }: FileToAmend, owner: DomainName, old: number): Node | undefined {
  const offsets = offsetsOf(index);
  const lines = Buffer.from(read(offsets[old] as number, offsets[old + 1] as number)).toString('latin1');
  const { rrsets } = readRRsets({ name: owner, octets: octets(masterHead(index) + lines) }, { apex: index.apex });
  const nsec3 = rrsets.get(owner)?.find(({ type }) => type === NSEC3.code);
  return nsec3 && nodeOfNsec3(nsec3);
}

/** Whether another zone, or another name, answers for what is below one of the names above. */
function isBelowCut(owner: DomainName, apex: DomainName, rrsetsAt: FileToAmend['rrsetsAt']): boolean {
  for (let at = parentName(owner); at !== undefined && at !== apex; at = parentName(at))
    if (rrsetsAt(at).some(({ type }) => type === NS.code || type === DNAME.code)) return true;
  return false;
}

/** Where the lines of each owner begin in a file, and where the last ones end. */
function offsetsOf(index: FileIndex): Float64Array {
  const { lengths } = index;
  const offsets = new Float64Array(lengths.length + 1);
  let at = masterHead(index).length;
  for (let i = 0; i < lengths.length; i++) {
    offsets[i] = at;
    at += lengths[i] as number;
  }
  offsets[lengths.length] = at;
  return offsets;
}

interface MadeLines {
  readonly text: Uint8Array;
  readonly offsets: Float64Array;
  /** By place in the new file: which of the lines they are. */
  readonly made: ReadonlyMap<number, number>;
}

/** Writes the new file: lines that were made, and between them those of the file before. */
function putTogether(file: FileToAmend, { owners, before }: Places, offsets: Float64Array, lines: MadeLines): void {
  const { text, offsets: offsetsMade, made } = lines;
  file.write(Buffer.from(masterHead({ apex: file.index.apex, defaultTtl: file.defaultTtl }), 'latin1'));
  let from = 0;
  let to = 0;
  const passAll = (): void => {
    if (to > from) file.pass(from, to);
    from = to;
  };
  for (let place = 0; place < owners.length; place++) {
    const line = made.get(place);
    if (line !== undefined) {
      passAll();
      file.write(text.subarray(offsetsMade[line], offsetsMade[line + 1]));
      continue;
    }
    const old = before[place] as number;
    if (offsets[old] !== to) {
      passAll();
      from = offsets[old] as number;
    }
    to = offsets[old + 1] as number;
  }
  passAll();
}

function indexNow(
  { index, defaultTtl }: FileToAmend,
  { owners, before }: Places,
  some: FileIndex,
  made: ReadonlyMap<number, number>,
): FileIndex {
  const pick = <T extends Uint8Array | Uint32Array | Float64Array>(into: T, old: T, now: T): T => {
    for (let place = 0; place < owners.length; place++) {
      const line = made.get(place);
      into[place] = (line === undefined ? old[before[place] as number] : now[line]) as number;
    }
    return into;
  };
  const { length } = owners;
  return {
    apex: index.apex,
    defaultTtl,
    owners,
    lengths: pick(new Uint32Array(length), index.lengths, some.lengths),
    records: pick(new Uint32Array(length), index.records, some.records),
    maxTtls: pick(new Uint32Array(length), index.maxTtls, some.maxTtls),
    expires: pick(new Float64Array(length), index.expires, some.expires),
    denials: pick(new Uint8Array(length), index.denials, some.denials),
    begins: Math.max(index.begins, some.begins),
  };
}
