import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** What says that a request is one with a method that Node's parser does not know; clients may also send it themselves. */
export const METHOD_OVERRIDE = 'x-http-method-override';

const LONGEST_LINE = 16_384;

/** What Node keeps at the socket of a connection while it parses requests; not in its types. */
interface Parser {
  unconsume?(): void;
  remove?(): void;
  close?(): void;
}

/**
 * Serves requests with a method that HTTP allows (RFC 9110 section 9.1) and Node's parser refuses before any handler is
 * asked. Node hands over what it could not read in `clientError`: the request line is read here, and the connection goes to
 * the server once more, with the request as a POST that names its method in `X-HTTP-Method-Override`. Framing, limits and
 * timeouts are Node's own again from there on, for this request and all that follow on the connection.
 */
export interface UnlistedMethods {
  /** Takes over a connection whose next request has one of the methods. Gives whether it did; if not, it is as it was. */
  takeOver(error: NodeJS.ErrnoException, socket: Socket): boolean;
}

/**
 * Lets a server take requests with these methods.
 *
 * @param timeout how long the request line may take, in milliseconds
 */
export function unlistedMethods(server: Server, methods: readonly string[], timeout = 10_000): UnlistedMethods {
  const busy = countAnswers(server);
  return {
    takeOver(error, socket) {
      const { code, rawPacket, bytesParsed } = error as { code?: string; rawPacket?: unknown; bytesParsed?: number };
      if (code !== 'HPE_INVALID_METHOD' || !Buffer.isBuffer(rawPacket) || bytesParsed === undefined) return false;
      const begun = rawPacket.subarray(bytesParsed);
      if (!methods.some((method) => couldBegin(begun, method))) return false;
      stopParsing(socket);
      const request = readLine(socket, Buffer.from(begun), methods, timeout);
      // Answers to requests before this one may still be due, and nothing may overtake them.
      void Promise.all([request, busy.idle(socket)]).then(([found]) => {
        if (socket.destroyed || socket.writableEnded) return;
        for (const event of ['drain', 'close', 'resume', 'pause'] as const) socket.removeAllListeners(event);
        socket.setTimeout(0);
        if (typeof found === 'number') refuse(socket, found);
        else {
          socket.unshift(found);
          server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
          socket.resume();
        }
      });
      return true;
    },
  };
}

function couldBegin(begun: Buffer, method: string): boolean {
  const token = Buffer.from(`${method} `, 'latin1');
  const length = Math.min(begun.length, token.length);
  return length > 0 && begun.subarray(0, length).equals(token.subarray(0, length));
}

/** Reads the request line to its end; gives what the server is to read instead, or the status with which it is refused. */
function readLine(
  socket: Socket,
  begun: Buffer,
  methods: readonly string[],
  timeout: number,
): Promise<Buffer | number> {
  return new Promise((resolve) => {
    let read = begun;
    const end = (found: Buffer | number): void => {
      clearTimeout(timer);
      socket.off('data', more);
      socket.off('end', ended);
      socket.off('close', ended);
      socket.pause();
      resolve(found);
    };
    const look = (): void => {
      const at = read.indexOf('\n');
      if (at >= 0 && at <= LONGEST_LINE) end(rewritten(read, at, methods) ?? 400);
      else if (read.length > LONGEST_LINE) end(414);
      else if (!methods.some((method) => couldBegin(read, method))) end(400);
    };
    const more = (chunk: Buffer): void => {
      read = Buffer.concat([read, chunk]);
      look();
    };
    const ended = (): void => end(400);
    const timer = setTimeout(() => end(408), timeout);
    socket.on('data', more);
    socket.on('end', ended);
    socket.on('close', ended);
    socket.resume();
    look();
  });
}

/** The request as a POST that names its method. */
function rewritten(read: Buffer, lineEnd: number, methods: readonly string[]): Buffer | undefined {
  const line = read.subarray(0, lineEnd).toString('latin1').replace(/\r$/, '');
  const method = methods.find((name) => line.startsWith(`${name} `));
  if (method === undefined) return undefined;
  const head = `POST${line.slice(method.length)}\r\n${METHOD_OVERRIDE}: ${method}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), read.subarray(lineEnd + 1)]);
}

/** Takes the parser off a connection, as the server does where one is upgraded; answers that are due can be written. */
function stopParsing(socket: Socket): void {
  const held = socket as Socket & { parser?: Parser | null };
  const { parser } = held;
  for (const event of ['data', 'end', 'timeout'] as const) socket.removeAllListeners(event);
  socket.pause();
  if (parser === undefined || parser === null) return;
  parser.unconsume?.();
  // One that stays in the server's list is taken for a request that never ends, and its connection is cut.
  parser.remove?.();
  held.parser = null;
  setImmediate(() => parser.close?.());
}

/** The answer to a connection that sends no request. */
function refuse(socket: Socket, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.resume();
  socket.setTimeout(1_000, () => socket.destroy());
}

/** Counts the answers that a connection still owes. */
function countAnswers(server: Server): { idle(socket: Socket): Promise<void> } {
  const owed = new WeakMap<Socket, Set<Promise<void>>>();
  server.on('request', ({ socket }, response) => {
    const answers = owed.get(socket) ?? new Set();
    owed.set(socket, answers);
    const written: Promise<void> = new Promise((resolve) => {
      response.once('close', () => {
        answers.delete(written);
        resolve();
      });
    });
    answers.add(written);
  });
  return {
    async idle(socket) {
      await Promise.all(owed.get(socket) ?? []);
    },
  };
}
