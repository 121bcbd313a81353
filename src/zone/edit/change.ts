import type { DomainName } from '../../dns/name.ts';
import type { ValueOptions } from '../zone.ts';

/** A value as it is to stand in the document: presentation form, or the bare text of TXT and its kin. */
export interface NewValue {
  readonly text: string;
  readonly options?: ValueOptions;
}

/** One change of a zone document, by meaning. */
export type ZoneChange =
  /** The owner has exactly these values of the type. `ttl` undefined: the zone's TTL. */
  | {
      readonly kind: 'put';
      readonly owner: DomainName;
      /** A mnemonic, `TYPE65280`, `ALIAS` or `REDIRECT`. */
      readonly type: string;
      readonly ttl: number | undefined;
      readonly values: readonly NewValue[];
    }
  /** The owner has no values of the type. */
  | { readonly kind: 'delete'; readonly owner: DomainName; readonly type: string }
  /** A setting of the zone that is one value (`ttl`, `dnssec`), or not set. */
  | { readonly kind: 'set'; readonly key: string; readonly text: string | undefined }
  /** A setting of the zone that is a list (`owners`, `use`); without values it is not set. */
  | { readonly kind: 'set-list'; readonly key: string; readonly values: readonly string[] }
  /** Fields under `soa:`; `null`: not set. */
  | { readonly kind: 'set-soa'; readonly fields: ReadonlyMap<string, string | null> };

/** What came of changing a document: the new text, or why it was left as it is. */
export type Changed =
  | { readonly kind: 'changed'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string; readonly fix: string };
