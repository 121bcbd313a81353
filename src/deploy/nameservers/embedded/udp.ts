import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fromBuffer, toBuffer } from '../../../dns/octets.ts';
import type { SocketAddress } from './address.ts';
import { addressText } from './address.ts';
import type { Complain } from './complaints.ts';
import type { Handle } from './server.ts';

/** A socket that answers queries. */
export interface UdpListener {
  readonly address: SocketAddress;
  /** Comes back when the port is free. */
  close(): Promise<void>;
}

/** Answers queries over UDP. Rejects where the address cannot be bound. */
export async function listenUdp(wanted: SocketAddress, handle: Handle, complain: Complain): Promise<UdpListener> {
  const socket: Socket = wanted.address.includes(':')
    ? createSocket({ type: 'udp6', ipv6Only: true })
    : createSocket({ type: 'udp4' });
  socket.on('message', (received, from) => {
    for (const message of handle(fromBuffer(received), 'udp', from)) {
      // A reply that cannot be sent is lost like any datagram; a source port of 0 has nobody behind it.
      if (from.port !== 0) socket.send(toBuffer(message), from.port, from.address, () => undefined);
    }
  });
  try {
    const bound = once(socket, 'listening');
    socket.bind(wanted.port, wanted.address);
    await bound;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', (error) => complain(`UDP on ${addressText(wanted)}: ${error.message}`));
  const { address, port } = socket.address();
  return {
    address: { address, port },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
