import type { DomainName } from '../dns/name.ts';
import type { Chain, ParentSight, WantedDs } from './chain.ts';
import type { KeyId, ZoneKey } from './key.ts';

/** When a key came into each of its states (RFC 7583 section 3.1), seconds since 1970. */
export interface KeyTimes {
  /** Its DNSKEY is in a release. */
  readonly published?: number;
  /** Every resolver that has the DNSKEY RRset has it in there. */
  readonly ready?: number;
  /** It signs, or its DS is at the parent. */
  readonly active?: number;
  /** It signs no more, or its DS is gone. */
  readonly retired?: number;
  /** Its DNSKEY is in no release any more. */
  readonly removed?: number;
}

/** What builds have done with the keys of a zone. */
export interface Progress {
  readonly chain: Chain;
  /**
   * What the parent was asked for and may still come to have, oldest first; the last is what it is asked for now. Never
   * empty.
   */
  readonly wanted: readonly WantedDs[];
  readonly times: ReadonlyMap<KeyId, KeyTimes>;
  /** When a release was last made with it, seconds since 1970. */
  readonly signed: number;
  /** The greatest serial that was ever given to the signed zone. */
  readonly serial: number;
}

/** What is known of a zone without keys. */
export function withoutKeys(zone: DomainName): ZoneKeys {
  return { zone, keys: [], parent: undefined, progress: undefined };
}

/** Everything that is known about the keys of a zone but their private halves. It is in `keys.json` of the key store. */
export interface ZoneKeys {
  readonly zone: DomainName;
  readonly keys: readonly ZoneKey[];
  /** `undefined`: nobody has asked yet. */
  readonly parent: ParentSight | undefined;
  /** `undefined`: the zone was never signed with these keys. */
  readonly progress: Progress | undefined;
  /** Keys that somebody has removed, so that releases which still name them are not taken for what is right. */
  readonly dropped?: readonly KeyId[];
}
