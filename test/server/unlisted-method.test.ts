import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METHOD_OVERRIDE, unlistedMethods } from '../../src/server/unlisted-method.ts';

const run = promisify(execFile);

let server: Server;
let port: number;
/** Requests to `/slow` say `asked` and are answered after `answer`. */
const slow = new EventEmitter();
const warnings: Error[] = [];
const warned = (warning: Error): void => void warnings.push(warning);

beforeAll(async () => {
  process.on('warning', warned);
  server = createServer({ headersTimeout: 1_000, requestTimeout: 1_000, connectionsCheckingInterval: 100 });
  server.on('request', async (request, response) => {
    const body = await bodyOf(request);
    if (request.url === '/slow') {
      slow.emit('asked');
      await once(slow, 'answer');
    }
    response.end(`${request.headers[METHOD_OVERRIDE] ?? request.method} ${request.url} ${body}\n`);
  });
  const methods = unlistedMethods(server, ['VALIDATE'], 300);
  server.on('clientError', (error, socket) => {
    if (methods.takeOver(error, socket as Socket)) return;
    (socket as Socket).end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  process.off('warning', warned);
  server.closeAllConnections();
  server.close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** A connection that collects what comes. */
function open(): { socket: Socket; text: () => string; until: (wanted: string | RegExp) => Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const closed = once(socket, 'close');
  return {
    socket,
    text: () => text,
    async until(wanted) {
      while (!(typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))) {
        if (socket.destroyed) throw new Error(`closed after ${JSON.stringify(text)}`);
        await Promise.race([once(socket, 'data'), closed]);
      }
      return text;
    },
  };
}

const validate = (path: string, body: string, more = ''): string =>
  `VALIDATE ${path} HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('a method that the parser does not know', () => {
  test('is served to curl, with its body, and again on the same connection', async () => {
    const url = `http://127.0.0.1:${port}`;
    const args = ['-sS', '-X', 'VALIDATE', '-d', '{"a":1}'];
    const { stdout } = await run('curl', [...args, `${url}/one`, `${url}/two`, '-w', '%{num_connects}\n']);
    expect(stdout).toBe('VALIDATE /one {"a":1}\n1\nVALIDATE /two {"a":1}\n0\n');
    const chunked = await run('curl', [...args, '-H', 'Transfer-Encoding: chunked', '-H', 'Expect: 100-continue', url]);
    expect(chunked.stdout).toBe('VALIDATE / {"a":1}\n');
    const post = await run('curl', ['-sS', '-d', 'x', '-H', 'X-HTTP-Method-Override: VALIDATE', url]);
    expect(post.stdout).toBe('VALIDATE / x\n');
  });

  test('comes in its turn among pipelined requests, however late the answers before it', async () => {
    const { socket, until } = open();
    const get = 'GET /get HTTP/1.1\r\nHost: a\r\n\r\n';
    const asked = once(slow, 'asked');
    socket.write(
      get.replace('/get', '/slow') + validate('/1', 'one') + validate('/2', 'two') + get + validate('/3', 'three'),
    );
    await asked;
    await new Promise(setImmediate);
    slow.emit('answer');
    const text = await until('three');
    expect([...text.matchAll(/^(?:GET|VALIDATE) \/.*$/gm)].map(([line]) => line.trim())).toEqual([
      'GET /slow',
      'VALIDATE /1 one',
      'VALIDATE /2 two',
      'GET /get',
      'VALIDATE /3 three',
    ]);
    socket.destroy();
  });

  test('may come octet by octet', async () => {
    const { socket, until } = open();
    for (const octet of validate('/drop', 'by drop')) {
      socket.write(octet);
      await new Promise(setImmediate);
    }
    expect(await until('by drop')).toContain('VALIDATE /drop by drop');
    socket.destroy();
  });

  test('may be asked for very often on one connection, which lives on', async () => {
    const { socket, until } = open();
    for (let i = 0; i < 30; i++) {
      socket.write(validate(`/${i}`, `body ${i}`));
      await until(`VALIDATE /${i} body ${i}\n`);
    }
    // Longer than a request may take: what is left of the first parsers must not be taken for one.
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    socket.write(validate('/late', ''));
    await until('VALIDATE /late');
    expect(warnings).toEqual([]);
    socket.destroy();
  });

  test('leaves no body to be taken for a request', async () => {
    const { socket, until } = open();
    socket.write(validate('/a', 'VALIDATE /b HTTP/1.1\r\n\r\n') + validate('/c', 'end'));
    const text = await until('/c end');
    expect(text.match(/^HTTP\/1\.1 /gm)).toHaveLength(2);
    socket.destroy();
  });
});

describe('what is no such request', () => {
  test.each([
    ['another method', 'FROBNICATE / HTTP/1.1\r\n\r\n'],
    ['a method that only begins like it', 'VALIDATEX / HTTP/1.1\r\n\r\n'],
    ['garbage', '\x16\x03\x01\x02\x00'],
    ['garbage behind the method', 'VALIDATE\x00 / HTTP/1.1\r\n\r\n'],
    ['no target', 'VALIDATE HTTP/1.1\r\n\r\n'],
    ['a header that is none', 'VALIDATE / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n'],
    ['two lengths', 'VALIDATE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ])('%s is refused', async (_, request) => {
    const { socket, text } = open();
    socket.write(request, 'latin1');
    await once(socket, 'close');
    expect(text()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a request line without end is refused, by its length or its time', async () => {
    const long = open();
    long.socket.write(`VALIDATE /${'x'.repeat(40_000)}`);
    await once(long.socket, 'close');
    expect(long.text()).toMatch(/^HTTP\/1\.1 414 /);
    const slow = open();
    slow.socket.write('VALIDATE /');
    await once(slow.socket, 'close');
    expect(slow.text()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('headers that never end are refused by the server itself', async () => {
    const { socket, text } = open();
    socket.write('VALIDATE / HTTP/1.1\r\nHost: a\r\n');
    await once(socket, 'close');
    expect(text()).toMatch(/^HTTP\/1\.1 4/);
  });

  test('no input takes the server down', async () => {
    const piece = fc.constantFrom(
      'VALIDATE',
      ' ',
      '/x',
      'HTTP/1.1',
      '\r\n',
      '\r\n\r\n',
      'Host: a',
      'V',
      '\0',
      'GET / ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const { socket } = open();
        socket.end(pieces.join(''));
        await once(socket, 'close');
      }),
      { numRuns: 60 },
    );
    const { stdout } = await run('curl', ['-sS', '-X', 'VALIDATE', `http://127.0.0.1:${port}/still`]);
    expect(stdout).toContain('VALIDATE /still');
  });
});
