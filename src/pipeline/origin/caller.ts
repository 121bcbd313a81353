import type { Holder } from '../../state/tokens/scope.ts';

/** Who asks for something, and through which door: what permissions hang on and commits record. */
export interface Caller {
  readonly account: { readonly id: number; readonly name: string; readonly email: string | undefined };
  /** What the account, and the token if there is one, may do. */
  readonly holder: Holder;
  /** The address that the request comes from. */
  readonly from: string;
  /** The dialect that is spoken; `undefined`: the native API. */
  readonly dialect: string | undefined;
  /** Told to the caller, in the logs, and in the commit. */
  readonly requestId: string;
}
