import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { DomainName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import type { FileIndex } from '../../dnssec/sign/file-index.ts';
import type { OrderedZone } from '../content.ts';
import type { FileBefore } from '../release/file-before.ts';
import type { CompileRule } from '../rules.ts';
import type { ZoneState } from '../serial/trace.ts';

/** A zone of which it is asked what is added to it. */
export interface ZoneToSign {
  readonly apex: DomainName;
  /** The name of the policy by which it is to be signed here; `undefined`: by none. */
  readonly signedBy: string | undefined;
  /** Whether its document holds the signatures of somebody else, which nothing can be added to. */
  readonly isPresigned: boolean;
}

/** What a desk is told of a zone whose state is known. */
export function zoneToSign(apex: DomainName, state: ZoneState): ZoneToSign {
  if (state.kind !== 'content') return { apex, signedBy: undefined, isPresigned: false };
  return { apex, signedBy: state.signedBy, isPresigned: state.documentSerial !== undefined };
}

/** What the compiler adds to the records of a zone in a release. */
export interface Additions {
  /** SHA-256 over all of it but what hangs on the time: equal exactly where the same is added. */
  readonly digest: string;
  /** The policy by which the zone is signed; `undefined` where only DS of zones below are added. */
  readonly policy: DnssecPolicy | undefined;
  /** The greatest serial that the signed zone ever had, as far as the key store knows. */
  readonly serial: Serial | undefined;
}

/** What there is to say about the signing of a zone. */
export interface SigningNote {
  readonly rule: CompileRule;
  readonly message: string;
  readonly fix: string;
}

/** What is added to a zone; nothing where it cannot be signed, which is said then. */
export interface Preparation {
  readonly additions: Additions | undefined;
  readonly notes: readonly SigningNote[];
}

/** A zone that was compiled, with its serial. */
export interface ZoneToFinish {
  readonly ordered: OrderedZone;
  /** The nodes with values of their own. */
  readonly nodes: readonly string[];
  readonly serial: Serial;
  /** The octets of the zone file of the release before, from which signatures are kept; `undefined` where it is damaged. */
  readonly previous: () => Promise<Buffer | undefined>;
  /** The same file for whoever amends it; `undefined` where it is not known to be as it was written. */
  readonly before?: FileBefore | undefined;
  /** Takes the zone file that every node gets which has nothing of its own, piece by piece. A piece is good only until it returns. */
  readonly write: (piece: string | Uint8Array) => void;
  /** Says when the zone is not wanted any more: `finish` rejects with its reason then. */
  readonly signal?: AbortSignal | undefined;
}

/** A zone whose file was written, with everything that was added to it. */
export interface FinishedZone {
  /** How many records the file has. */
  readonly records: number;
  /** By node: all RRsets that it serves. */
  readonly nodes: ReadonlyMap<string, readonly RRset[]>;
  /** When the first signature expires, seconds since 1970. */
  readonly expires: number | undefined;
  /** The delegations whose DS were added. */
  readonly dsOf: readonly DomainName[];
  /** Files of the release beside those of the zone. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The index of the file, where it was amended. */
  readonly index?: FileIndex | undefined;
  /** What is wrong with the result; the release is not made where it stops one. */
  readonly notes: readonly SigningNote[];
}

/** Signs the zones of one release. */
export interface SigningDesk {
  /** Whether anything may be added to a zone that no policy signs. */
  concerns(apex: DomainName): boolean;
  /** The zones of which that is true. */
  concerned(): Iterable<DomainName>;
  /** Gets ready to sign a big zone, all of it, whose document is about to be read. */
  foresee(apex: DomainName): void;
  /**
   * Finds out how the zones below some zones are signed, as far as nothing was said of them yet. To be called before these are
   * prepared, where many zones below them would be read one by one.
   */
  lookBelow(apexes: readonly DomainName[]): Promise<void>;
  /** What is added to a zone in this release. The same zone is answered the same. */
  prepare(zone: ZoneToSign): Preparation;
  /** The same from what is known of an earlier release, without reading keys; `undefined` where that does not hold any more. */
  recall(zone: ZoneToSign): Preparation | undefined;
  /** Adds what was prepared. */
  finish(zone: ZoneToFinish): Promise<FinishedZone>;
  /** Records what the release did with keys, after it was published. */
  record(): Promise<void>;
  close(): Promise<void>;
}
