import type { BgpSettings } from '../../zone/inventory/inventory.ts';
import type { Run } from '../node/transport.ts';

/** What a BGP daemon says of itself. */
export interface BgpState {
  /**
   * Whether the node's prefixes are announced: to all neighbours, to some, to none. `unknown`: the daemon does not answer;
   * such a node never counts as withdrawn.
   */
  readonly announced: 'yes' | 'partly' | 'no' | 'unknown';
  /**
   * Whether the daemon is to announce them, so that it does as soon as a session allows: nobody has withdrawn them.
   * `undefined`: that cannot be found out.
   */
  readonly offered: boolean | undefined;
  /** Each session and whether it is established. */
  readonly sessions: readonly { readonly name: string; readonly established: boolean }[];
  /** For people: what is odd about it. */
  readonly note: string | undefined;
}

/** The BGP daemon of one node. What it throws is a NodeError. */
export interface BgpControl {
  state(): Promise<BgpState>;
  /** Orders the withdrawal; whether it has happened, {@link state} says. */
  withdraw(): Promise<void>;
  /** Orders the announcement; the same. */
  announce(): Promise<void>;
}

/** A kind of BGP daemon: one file in this folder, and its line in `list.ts`. `none` has no adapter. */
export interface BgpAdapter {
  readonly kind: Exclude<BgpSettings['kind'], 'none'>;
  /** The daemon of a node. Commands begin with the kind; `run` puts `as TOKEN` before them while a rollout holds the node. */
  readonly control: (settings: BgpSettings, run: Run) => BgpControl;
}
