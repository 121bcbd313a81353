import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { NodeError } from '../node/node-error.ts';
import type { Transport } from '../node/transport.ts';
import { ASKED_AT_A_TIME } from './fleet.ts';

/** Connections that are made while there is other work to do. */
export interface Ahead {
  /** Gives the connection to a node; whether it could be made, its first command says. */
  readonly connect: (node: NodeEntry) => Transport;
  /** Ends those that nobody has ended yet. */
  close(): Promise<void>;
}

/** Begins to connect to nodes, as many as are asked at a time, with a question that changes nothing. Never throws. */
export function connectAhead(
  nodes: readonly NodeEntry[],
  connect: (node: NodeEntry) => Transport,
  timeoutMs: number,
): Ahead {
  const begun = new Map<string, Transport>();
  for (const node of nodes.slice(0, ASKED_AT_A_TIME)) {
    try {
      begun.set(node.name, askedFirst(connect(node), timeoutMs));
    } catch (error) {
      // What the inventory lacks is told when it is the node's turn.
      if (!(error instanceof NodeError)) throw error;
    }
  }
  return {
    connect: (node) => begun.get(node.name) ?? connect(node),
    async close() {
      await Promise.all([...begun.values()].map((transport) => transport.close()));
    },
  };
}

/** Asks a node something, and has the first command after that fail in the way in which the question did. */
function askedFirst(transport: Transport, timeoutMs: number): Transport {
  let failure: Promise<unknown> | undefined = transport.run(['ask'], { timeoutMs }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    ...transport,
    async run(words, options) {
      const known = failure;
      failure = undefined;
      const error = await known;
      if (error !== undefined) throw error;
      return transport.run(words, options);
    },
  };
}
