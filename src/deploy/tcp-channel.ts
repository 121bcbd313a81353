import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { deframe, frame, newDeframer } from '../dns/message/framing.ts';
import type { Octets } from '../dns/octets.ts';
import type { NetworkFault, ServerAddress } from './network-fault.ts';
import { cutOff, networkFault, timedOut } from './network-fault.ts';

/** A connection to a name server that carries messages (RFC 7766). */
export interface TcpChannel {
  readonly kind: 'open';
  /** Sends a message. What goes wrong shows in the next `receive`. */
  send(message: Octets): void;
  /** The next message, waiting at most as long as the channel was opened with. */
  receive(): Promise<Octets | NetworkFault>;
  /** Ends the connection at once. */
  close(): void;
}

/** Connects to a server; `timeoutMs` bounds connecting and each wait for a message. */
export async function openChannel(server: ServerAddress, timeoutMs: number): Promise<TcpChannel | NetworkFault> {
  const socket = connect({ host: server.host, port: server.port, noDelay: true });
  const opened = await new Promise<NetworkFault | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(timedOut(server, timeoutMs)), timeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      resolve(networkFault(server, error));
    });
  });
  // Errors after this one show as the end of the stream; without a listener they would end the process.
  let failure: NetworkFault | undefined;
  socket.on('error', (error) => {
    failure = networkFault(server, error);
  });
  if (opened !== undefined) {
    socket.destroy();
    return opened;
  }
  const messages = messagesOf(socket);
  return {
    kind: 'open',
    send(message) {
      socket.write(frame(message));
    },
    async receive() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<NetworkFault>((resolve) => {
        timer = setTimeout(() => resolve(timedOut(server, timeoutMs)), timeoutMs);
      });
      const next = messages.next().then(
        (result) => (result.done === true ? (failure ?? cutOff(server)) : result.value),
        (error: unknown) => networkFault(server, error),
      );
      const got = await Promise.race([next, late]);
      clearTimeout(timer);
      return got;
    },
    close() {
      socket.destroy();
    },
  };
}

async function* messagesOf(socket: Socket): AsyncGenerator<Octets, void> {
  const deframer = newDeframer();
  for await (const piece of socket as AsyncIterable<Buffer>) yield* deframe(deframer, piece);
}
