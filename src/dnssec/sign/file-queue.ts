import { canonicalRecords } from '../../dns/dnssec/canonical.ts';
import { isSignedWith } from '../../dns/dnssec/verify.ts';
import { octets, type Rdata } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { SigningFault, SigningKey } from './inputs.ts';
import type { SigningPool } from './pool.ts';

/** A zone file that is written while it is signed: its text in order, with gaps that threads fill with signatures. */
export interface FileQueue {
  /** Appends a text. */
  text(text: string): void;
  /** Appends the signature of an RRset in base64. `head` is the rdata in front of it. */
  signature(key: SigningKey, rrset: RRset, head: Rdata): void;
  /** Appends octets as they are. */
  octets(octets: Uint8Array): void;
  /** Whether as much is under way as the threads can take. */
  isFull(): boolean;
  /** Waits for what is longest under way, and writes it. */
  drain(): Promise<void>;
  /** Writes all. Gives what is wrong with a key that signed. */
  finish(): Promise<SigningFault | undefined>;
  /** How many signatures were made. */
  signed(): number;
  end(): void;
}

/** How many signatures go to a thread at a time, how many octets to be signed, and how many characters around them. */
const BATCH = { signatures: 512, octets: 1 << 20, characters: 1 << 18 };

/** How many pieces are under way at a time. */
const UNDER_WAY = 16;

interface First {
  readonly key: SigningKey;
  readonly rrset: RRset;
  readonly head: Rdata;
  readonly index: number;
}

/** A queue for one zone; a fault where a private key cannot be read. `expected` is about how many signatures are wanted. */
export function newFileQueue(
  pool: SigningPool,
  keys: readonly SigningKey[],
  expected: number,
  write: (octets: Uint8Array) => void,
): FileQueue | SigningFault {
  const session = pool.open(keys, expected);
  if ('kind' in session) return session;
  const places = new Map(keys.map((key, i) => [key, i]));
  const tried = new Set<SigningKey>();
  const underWay: Promise<Uint8Array>[] = [];
  let fault: SigningFault | undefined;
  let text = '';
  let data = '';
  let gaps: number[] = [];
  let ends: number[] = [];
  let keysOf: number[] = [];
  let firsts: First[] = [];
  let signed = 0;

  const put = (piece: Promise<Uint8Array>): void => {
    // What went wrong is said to whoever waits for it.
    piece.catch(() => undefined);
    underWay.push(piece);
  };
  const flush = (): void => {
    if (text === '') return;
    if (ends.length === 0) {
      put(Promise.resolve(Buffer.from(text, 'latin1')));
      text = '';
      return;
    }
    const toTry = firsts;
    const gapsOf = Uint32Array.from(gaps);
    const batch = {
      data: ownOctets(data),
      ends: Uint32Array.from(ends),
      keys: Uint16Array.from(keysOf),
      text: { octets: ownOctets(text), gaps: gapsOf.slice() },
    };
    text = '';
    data = '';
    gaps = [];
    ends = [];
    keysOf = [];
    firsts = [];
    put(
      session.sign(batch).then((made) => {
        for (const { key, rrset, head, index } of toTry) {
          const end = made.ends[index] as number;
          const begin = (gapsOf[index] as number) + (index === 0 ? 0 : lengthBefore(made.ends, gapsOf, index));
          const base64 = Buffer.from(made.data.subarray(begin, end)).toString('latin1');
          const rdata = octets(head + Buffer.from(base64, 'base64').toString('latin1'));
          if (!isSignedWith(rrset, rdata, key.dnskey)) fault ??= badKey(key);
        }
        return made.data;
      }),
    );
  };
  const drain = async (): Promise<void> => {
    const piece = await underWay.shift();
    if (piece !== undefined) write(piece);
  };

  return {
    text(more) {
      text += more;
      if (text.length >= BATCH.characters) flush();
    },
    signature(key, rrset, head) {
      if (!tried.has(key)) {
        tried.add(key);
        firsts.push({ key, rrset, head, index: ends.length });
      }
      data += head + canonicalRecords(rrset, () => rrset.ttl);
      gaps.push(text.length);
      ends.push(data.length);
      keysOf.push(places.get(key) as number);
      signed++;
      if (ends.length >= BATCH.signatures || data.length >= BATCH.octets) flush();
    },
    octets(more) {
      flush();
      put(Promise.resolve(more));
    },
    isFull: () => underWay.length >= UNDER_WAY,
    drain,
    async finish() {
      flush();
      while (underWay.length > 0) await drain();
      return fault;
    },
    signed: () => signed,
    end: () => session.end(),
  };
}

/** How much longer the text is at a gap than before signatures were put in. */
function lengthBefore(ends: Uint32Array, gaps: Uint32Array, index: number): number {
  return (ends[index - 1] as number) - (gaps[index - 1] as number);
}

/** A buffer of its own: those that Buffer takes from a pool cannot be given away. */
function ownOctets(text: string): Uint8Array {
  const buffer = Buffer.allocUnsafeSlow(text.length);
  buffer.write(text, 'latin1');
  return buffer;
}

function badKey({ tag, algorithm }: SigningKey): SigningFault {
  return { kind: 'bad-key', tag, algorithm };
}
