import { putCanonicalRecords } from '../../dns/dnssec/canonical.ts';
import { newOctetBuffer, putText, takeOctets } from '../../dns/octet-buffer.ts';
import { octets, type Rdata } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { SigningFault, SigningKey } from './inputs.ts';
import type { SigningPool } from './pool.ts';
import { newTrust, type Trust } from './trust.ts';

/** Signatures that are wanted, gathered into batches. */
export interface SignatureQueue {
  /** Wants a signature of an RRset; when it is there, `rdatas[index]` becomes `head` and the signature behind it. */
  add(key: SigningKey, rrset: RRset, head: Rdata, rdatas: Rdata[], index: number): void;
  /** Whether an earlier signature is by this very key. */
  readonly trusts: Trust;
  /** Whether as much is under way as the threads can take. */
  isFull(): boolean;
  /** Waits for the batch that is longest under way. */
  drain(): Promise<void>;
  /** Waits for all. Gives what is wrong with a key that signed. */
  finish(): Promise<SigningFault | undefined>;
  /** How many signatures were made. */
  signed(): number;
  end(): void;
}

/** How many signatures go to a thread at a time, and how many octets to be signed. */
const BATCH = 512;
const BATCH_OCTETS = 1 << 20;

/** How many batches are under way at a time. */
const UNDER_WAY = 12;

interface Wanted {
  readonly head: Rdata;
  readonly rdatas: Rdata[];
  readonly index: number;
}

/** A queue for one zone; a fault where a private key cannot be read. `expected` is about how many signatures are wanted. */
export function newSignatureQueue(
  pool: SigningPool,
  keys: readonly SigningKey[],
  expected: number,
): SignatureQueue | SigningFault {
  const session = pool.open(keys, expected);
  if ('kind' in session) return session;
  const places = new Map(keys.map((key, i) => [key, i]));
  const underWay: Promise<void>[] = [];
  const data = newOctetBuffer(BATCH * 128);
  let ends: number[] = [];
  let keysOf: number[] = [];
  let wanted: Wanted[] = [];
  let signed = 0;

  const flush = (): void => {
    if (wanted.length === 0) return;
    const of = wanted;
    const gaps = new Uint32Array(of.length + 1);
    for (const [i, key] of keysOf.entries()) gaps[i + 1] = (gaps[i] as number) + (session.sizes[key] as number);
    const batch = {
      data: takeOctets(data),
      ends: Uint32Array.from(ends),
      keys: Uint16Array.from(keysOf),
      into: new Uint8Array(gaps[of.length] as number),
      gaps: gaps.slice(),
      base64: false,
    };
    ends = [];
    keysOf = [];
    wanted = [];
    const done = session.sign(batch).then(({ into }) => {
      for (const [i, { head, rdatas, index }] of of.entries())
        rdatas[index] = rrsigOf(head, into.subarray(gaps[i], gaps[i + 1]));
    });
    // What went wrong is said to whoever waits for it.
    done.catch(() => undefined);
    underWay.push(done);
  };
  const drain = async (): Promise<void> => {
    await underWay.shift();
  };

  return {
    add(key, rrset, head, rdatas, index) {
      putText(data, head);
      putCanonicalRecords(data, rrset);
      ends.push(data.length);
      keysOf.push(places.get(key) as number);
      wanted.push({ head, rdatas, index });
      signed++;
      if (wanted.length >= BATCH || data.length >= BATCH_OCTETS) flush();
    },
    trusts: newTrust(),
    isFull: () => underWay.length >= UNDER_WAY,
    drain,
    async finish() {
      flush();
      while (underWay.length > 0) await drain();
      return session.fault();
    },
    signed: () => signed,
    end: () => session.end(),
  };
}

const scratch = Buffer.alloc(1 << 16);

/** An RRSIG in one piece: strings put together with `+` take several times the memory until somebody looks into them. */
function rrsigOf(head: Rdata, signature: Uint8Array): Rdata {
  const length = scratch.write(head, 'latin1');
  scratch.set(signature, length);
  return octets(scratch.toString('latin1', 0, length + signature.length));
}
