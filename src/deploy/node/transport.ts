/** How a command is run on a node. */
export interface RunOptions {
  /** What the command reads from standard input. */
  readonly input?: string;
  /** Milliseconds after which it is ended. */
  readonly timeoutMs?: number;
  /** Milliseconds that it may take beyond that, because there is much to do. */
  readonly extraMs?: number;
  /** The most octets that it may print; 16 MiB unless given. */
  readonly most?: number;
}

/** How a command on a node ended. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `zonewright-node WORDS` on a node. Every word is of `WORD` (see protocol.ts), which is checked before anything is
 * sent.
 *
 * @throws NodeError where the node cannot be reached or trusted, does not end in time, or prints more than is bearable.
 */
export type Run = (words: readonly string[], options?: RunOptions) => Promise<CommandResult>;

/** A file that a node is to get: its path in the release, of `RELEASE_PATH`, and where it is on this machine, or what is in it. */
export type BatchFile = { readonly path: string } & ({ readonly from: string } | { readonly text: string });

/** Files that a node is to get. */
export interface Batch {
  readonly files: readonly BatchFile[];
  /** The release, which was prepared. */
  readonly id: string;
  readonly token: string;
}

/** A connection to a node. It is made when it is first used. */
export interface Transport {
  readonly run: Run;
  /**
   * Brings files into `releases/.part-ID` and gives the octets that were sent and received for it. `progress` is told a share from 0 to 1.
   *
   * @throws NodeError
   */
  send(batch: Batch, progress: (share: number) => void): Promise<number>;
  /** Ends the connection. Never throws. */
  close(): Promise<void>;
}

/** Bounds of a connection, in milliseconds, and the signal that ends all that is under way. */
export interface TransportOptions {
  readonly connectMs: number;
  readonly commandMs: number;
  readonly transferMs: number;
  readonly signal: AbortSignal;
  /** The file with the pinned host keys. */
  readonly knownHosts: string;
  /** After so many milliseconds without work the connection ends, to be made again when there is some; 60,000 unless given. */
  readonly idleMs?: number;
}
