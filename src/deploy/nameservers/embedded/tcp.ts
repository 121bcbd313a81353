import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { deframe, frame, newDeframer } from '../../../dns/message/framing.ts';
import type { Octets } from '../../../dns/octets.ts';
import type { SocketAddress } from './address.ts';
import { addressText } from './address.ts';
import type { Complain } from './complaints.ts';
import type { Handle } from './server.ts';

/** Bounds that keep clients from holding the server's memory and descriptors (RFC 7766 sections 6.2 and 10). */
export interface TcpLimits {
  /** Connections at one time; further ones are closed at once. */
  readonly maxConnections: number;
  /** Queries on one connection, after which it is closed. */
  readonly maxQueries: number;
  /** Milliseconds that a client may take to ask something that is answered, and to take what was sent to it. */
  readonly idleTimeoutMs: number;
}

const defaults: TcpLimits = { maxConnections: 256, maxQueries: 10_000, idleTimeoutMs: 10_000 };

/** A listening socket and its connections. */
export interface TcpListener {
  readonly address: SocketAddress;
  /** Stops listening, cuts all connections, and comes back when the port is free. */
  close(): Promise<void>;
}

/** Answers queries over TCP (RFC 7766): many on one connection, sent without waiting for answers, in any pieces. */
export async function listenTcp(
  wanted: SocketAddress,
  handle: Handle,
  complain: Complain,
  limits: Partial<TcpLimits>,
): Promise<TcpListener> {
  const bounds = { ...defaults, ...limits };
  const connections = new Set<Socket>();
  // A client that has ended its side still gets its answers (RFC 7766 section 6.2.3).
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    // Clients may go away at any moment; that is their right and no news.
    socket.on('error', () => socket.destroy());
    serveConnection(socket, handle, bounds).catch((error) => {
      complain(`TCP with ${socket.remoteAddress}: ${String(error)}`);
      socket.destroy();
    });
  });
  server.maxConnections = bounds.maxConnections;
  server.on('drop', () => complain(`TCP on ${addressText(wanted)}: more than ${bounds.maxConnections} connections`));
  const listening = once(server, 'listening');
  server.listen({ port: wanted.port, host: wanted.address, ipv6Only: wanted.address.includes(':') });
  await listening;
  server.on('error', (error) => complain(`TCP on ${addressText(wanted)}: ${error.message}`));
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { address, port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/**
 * Reads queries and writes answers in their order until the client ends, is idle for too long or has asked enough. Nothing is
 * read while an answer has not been taken, so a client that does not read is a client that is not served.
 */
async function serveConnection(socket: Socket, handle: Handle, bounds: TcpLimits): Promise<void> {
  const client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  const deframer = newDeframer();
  const deadline = setTimeout(() => socket.destroy(), bounds.idleTimeoutMs);
  let queries = 0;
  try {
    for await (const piece of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (const query of deframe(deframer, piece)) {
        for (const message of handle(query, 'tcp', client)) {
          await send(socket, message);
          deadline.refresh();
        }
        if (++queries === bounds.maxQueries) return;
      }
    }
  } catch (error) {
    // Cut off by the client, the deadline or `close`; anything else is a fault.
    if (!socket.destroyed) throw error;
  } finally {
    clearTimeout(deadline);
    socket.destroySoon();
  }
}

/** Writes a message and waits while the client is behind. Rejects where the connection ends before. */
async function send(socket: Socket, message: Octets): Promise<void> {
  if (socket.destroyed) throw new Error('the connection is closed');
  if (socket.write(frame(message))) return;
  await new Promise<void>((resolve, reject) => {
    const drained = () => {
      socket.off('close', closed);
      resolve();
    };
    const closed = () => reject(new Error('the connection is closed'));
    socket.once('drain', drained);
    socket.once('close', closed);
  });
}
