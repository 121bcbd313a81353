import { putCanonicalRecords } from '../../dns/dnssec/canonical.ts';
import { newOctetBuffer, type OctetBuffer, putRoom, takeOctets } from '../../dns/octet-buffer.ts';
import type { RRset } from '../../dns/rrset.ts';
import { type Batch, base64Length } from './batch.ts';
import type { SigningFault, SigningKey } from './inputs.ts';
import type { SigningPool } from './pool.ts';
import { putHead, type SignatureShape } from './signature-text.ts';

/** A signature that is to be made. Times are seconds since 1970. */
export interface Wanted {
  readonly key: SigningKey;
  readonly rrset: RRset;
  readonly shape: SignatureShape;
  readonly expiration: number;
  readonly inception: number;
}

/** A zone file that is written while it is signed: its text in order, with gaps that threads fill with signatures. */
export interface FileQueue {
  /** The text that nobody has been given yet; whoever writes the file goes on here. */
  readonly text: OctetBuffer;
  /** Appends a signature in base64. */
  sign(wanted: Wanted): void;
  /** Hands the text over to be signed and written, once it is long enough. To be called between owners. */
  settle(): void;
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

/** What is written at a time, and the batch that it was, whose memory is free then. */
interface Piece {
  readonly octets: Uint8Array;
  readonly signed?: Batch;
}

/** How many signatures go to a thread at a time, how many octets to be signed, and how many octets around them. */
const BATCH = { signatures: 512, data: 1 << 20, text: 1 << 18 };

/**
 * How many signatures the first batch of a big zone has. Each has twice as many as the one before, so that no thread waits long
 * for its first. A small zone is one batch: other threads sign others.
 */
const FIRST_BATCH = 32;
const SMALL = 256;

/** How many pieces are under way at a time. */
const UNDER_WAY = 16;

/**
 * A queue for one zone; a fault where a private key cannot be read. `expected` is about how many signatures are wanted. What
 * `write` is given is used again when it returns.
 */
export function newFileQueue(
  pool: SigningPool,
  keys: readonly SigningKey[],
  expected: number,
  write: (octets: Uint8Array) => void,
): FileQueue | SigningFault {
  const session = pool.open(keys, expected);
  if ('kind' in session) return session;
  const places = new Map(keys.map((key, i) => [key, i]));
  const gapLengths = session.sizes.map(base64Length);
  const underWay: Promise<Piece>[] = [];
  const text = newOctetBuffer(1 << 16);
  const data = newOctetBuffer(1 << 16);
  /** Memory that threads gave back. */
  const rooms: { readonly text: Buffer[]; readonly data: Buffer[] } = { text: [], data: [] };
  let gaps: number[] = [];
  let ends: number[] = [];
  let size = expected < SMALL ? SMALL : FIRST_BATCH;
  let keysOf: number[] = [];
  let lastKey: SigningKey | undefined;
  let place = 0;
  let signed = 0;

  const put = (piece: Promise<Piece>): void => {
    // What went wrong is said to whoever waits for it.
    piece.catch(() => undefined);
    underWay.push(piece);
  };
  const flush = (): void => {
    if (text.length === 0) return;
    if (ends.length === 0) {
      put(Promise.resolve({ octets: takeOctets(text) }));
      return;
    }
    const batch = {
      data: takeOctets(data, rooms.data.pop()),
      ends: Uint32Array.from(ends),
      keys: Uint16Array.from(keysOf),
      into: takeOctets(text, rooms.text.pop()),
      gaps: Uint32Array.from(gaps),
      base64: true,
    };
    gaps = [];
    ends = [];
    keysOf = [];
    size = Math.min(2 * size, BATCH.signatures);
    const made = session.sign(batch);
    put(made.then((signed) => ({ octets: signed.into, signed })));
  };
  const drain = async (): Promise<void> => {
    const piece = await underWay.shift();
    if (piece === undefined) return;
    write(piece.octets);
    if (piece.signed === undefined) return;
    rooms.text.push(Buffer.from(piece.signed.into.buffer));
    rooms.data.push(Buffer.from(piece.signed.data.buffer));
  };

  return {
    text,
    sign({ key, rrset, shape, expiration }) {
      // Most signatures that follow each other are by the same key.
      if (key !== lastKey) {
        lastKey = key;
        place = places.get(key) as number;
      }
      putHead(data, shape, expiration);
      putCanonicalRecords(data, rrset);
      gaps.push(putRoom(text, gapLengths[place] as number));
      ends.push(data.length);
      keysOf.push(place);
      signed++;
    },
    settle() {
      const isEnough = ends.length >= size || data.length >= BATCH.data || text.length >= BATCH.text;
      if (isEnough) flush();
    },
    octets(more) {
      flush();
      put(Promise.resolve({ octets: more }));
    },
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
