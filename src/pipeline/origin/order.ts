import type { DomainName } from '../../dns/name.ts';
import type { RecordValue } from '../../state/ids/notes.ts';
import type { NewValue } from '../../zone/edit/change.ts';

/**
 * One change of the records of a zone, by meaning: it is applied to the zone as it is when its turn comes. Owners are
 * absolute. A type is a mnemonic (`MX`), `TYPE65280`, `ALIAS` or `REDIRECT`. Values are what may stand in a document:
 * presentation form with names relative to the zone or absolute, or the bare text of TXT and its kin.
 */
export type RecordEdit =
  /** The owner has exactly these values of the type. Without `ttl`: the zone's TTL. */
  | {
      readonly op: 'put';
      readonly owner: DomainName;
      readonly type: string;
      readonly ttl: number | undefined;
      readonly values: readonly NewValue[];
    }
  /** The owner has these values as well; those that are there already are passed over. Without `ttl`: as it is. */
  | {
      readonly op: 'add';
      readonly owner: DomainName;
      readonly type: string;
      readonly ttl: number | undefined;
      readonly values: readonly NewValue[];
    }
  /** The owner has no values of the type (of any type where none is named). Nothing happens where there are none. */
  | { readonly op: 'clear'; readonly owner: DomainName; readonly type: string | undefined }
  /** The owner has none of these values any more; those that are not there are passed over. */
  | {
      readonly op: 'subtract';
      readonly owner: DomainName;
      readonly type: string;
      readonly values: readonly NewValue[];
    }
  /** This record goes. Refused as `missing` where it is not there any more. */
  | { readonly op: 'remove'; readonly record: RecordValue }
  /** This record becomes another and keeps its id; what is `undefined` stays. `missing` where it is not there any more. */
  | {
      readonly op: 'update';
      readonly record: RecordValue;
      readonly owner?: DomainName | undefined;
      readonly type?: string | undefined;
      readonly ttl?: number | undefined;
      readonly value?: NewValue | undefined;
    };

/** What a program may set of a zone as a whole; `null` unsets. Other keys of a document are for people. */
export interface SettingEdits {
  readonly ttl?: number | null | undefined;
  readonly dnssec?: string | false | null | undefined;
  readonly owners?: readonly string[] | null | undefined;
  /** Under `soa:`: `primary`, `contact`, `refresh`, `retry`, `expire`, `minimum`, `ttl`, as text. */
  readonly soa?: ReadonlyMap<string, string | null> | undefined;
}

/** The tags of which a zone or an RRset must have one; `*`: any, so it must be there. */
export type Tags = '*' | readonly string[];

/** What an RRset must be before it is changed. */
export type RRsetCondition = { readonly owner: DomainName; readonly type: string } & (
  | { readonly has: Tags }
  | { readonly lacks: Tags }
);

/** What is to become of one zone. */
export type ZoneOrder =
  /** A new zone. Without name servers among the edits those of the configuration for new zones. */
  | {
      readonly kind: 'make';
      readonly zone: DomainName;
      readonly edits?: readonly RecordEdit[] | undefined;
      readonly settings?: SettingEdits | undefined;
      /** Templates that it uses, by name. */
      readonly templates?: readonly string[] | undefined;
    }
  /** A new zone, or another content of one, from the text of a zone document. */
  | {
      readonly kind: 'write';
      readonly zone: DomainName;
      readonly text: string;
      /** `make`: the zone must not be there; `change`: it must be. */
      readonly as: 'make' | 'change';
      readonly ifMatch?: Tags | undefined;
    }
  | {
      readonly kind: 'edit';
      readonly zone: DomainName;
      readonly edits?: readonly RecordEdit[] | undefined;
      readonly settings?: SettingEdits | undefined;
      readonly ifMatch?: Tags | undefined;
      /** The tags of which the RRset of an edit must have one, or must have none. */
      readonly ifRRset?: RRsetCondition | undefined;
    }
  | { readonly kind: 'delete'; readonly zone: DomainName; readonly ifMatch?: Tags | undefined };

/** One change that becomes one commit, or nothing: all of it or none. */
export interface Order {
  readonly zones: readonly ZoneOrder[];
  /** The commit's subject where the usual one (`www.example.com: A 192.0.2.1 -> 192.0.2.7`) does not say it best. */
  readonly subject?: string | undefined;
  /** `true`: another content of a zone may delete more than the thresholds allow. Edits name what they delete. */
  readonly allowDeletes?: boolean | undefined;
  /** `true`: only said what would come of it. */
  readonly dryRun?: boolean | undefined;
}
