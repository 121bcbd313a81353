import type { DomainName } from '../../name.ts';

/** What is wrong with a signed zone. */
export interface ZoneFault {
  readonly owner: DomainName;
  /** The RRset that is wrong; `undefined` where something is missing at the owner. */
  readonly type: number | undefined;
  /** Which rdata of it. */
  readonly index: number | undefined;
  /** One sentence. */
  readonly message: string;
}
