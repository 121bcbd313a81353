import type { DomainName } from '../../dns/name.ts';
import type { NameServerSettings } from '../../zone/inventory/inventory.ts';
import type { Order } from '../node/order.ts';
import type { Run } from '../node/transport.ts';

/** A zone that a release has and the server has not loaded yet. */
export interface ZoneToRead {
  readonly apex: DomainName;
  /** The path of its file in the release, as the node has it. */
  readonly path: string;
}

/** What is known of a name server. */
export interface NameServerState {
  readonly running: boolean;
  /** Its version, if it says so; for people. */
  readonly version: string | undefined;
}

/** How the zones of two releases differ, as a node serves them. */
export interface ZoneChanges {
  readonly added: readonly DomainName[];
  /** With another content or serial. */
  readonly changed: readonly DomainName[];
  readonly removed: readonly DomainName[];
  /** A rollout was killed after it had switched: nobody knows what is loaded, so all of the release has to be. */
  readonly unknown?: boolean;
}

/** The name server of one node. What it throws is a NodeError; orders are for the engine to give. */
export interface NameServerControl {
  state(): Promise<NameServerState>;
  /** Whether {@link load} would have to restart the server for these changes. */
  needsRestart(changes: ZoneChanges): boolean;
  /**
   * What has the server's own checker judge `releases/ID`, which is not `current` yet: these zones of it, and the
   * configuration where the list of zones differs from that of `current`.
   */
  check(id: string, zones: readonly ZoneToRead[]): readonly Order[];
  /** What loads what has changed from `current`, which was switched. It ends when the server has taken the orders. */
  load(changes: ZoneChanges): readonly Order[];
}

/** A kind of name server: one file in this folder, and its line in `list.ts`. */
export interface NameServerAdapter {
  readonly kind: NameServerSettings['kind'];
  /** The server of a node. Commands begin with the kind; `run` puts `as TOKEN` before them while a rollout holds the node. */
  readonly control: (settings: NameServerSettings, run: Run) => NameServerControl;
}
