import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { EmbeddedNode } from './node.ts';

/** The socket of an embedded node in its folder. */
export function controlPath(root: string): string {
  return join(root, 'control');
}

/** The most octets of a command with its input. */
const MOST = 1 << 28;

/** A node that takes commands from other processes of its user. */
export interface NodeControl {
  close(): Promise<void>;
}

/** Lets other processes of this user run commands on an embedded node: one JSON line each way a connection. */
export async function listenForCommands(node: EmbeddedNode): Promise<NodeControl> {
  const path = controlPath(node.root);
  rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    const chunks: Buffer[] = [];
    let size = 0;
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST) socket.destroy();
      else chunks.push(chunk);
    });
    socket.on('end', () => socket.end(answer(node, Buffer.concat(chunks).toString())));
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, done);
  });
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((done) => {
        for (const socket of open) socket.destroy();
        server.close(() => done());
      }),
  };
}

function answer(node: EmbeddedNode, text: string): string {
  let asked: unknown;
  try {
    asked = JSON.parse(text);
  } catch {
    return '';
  }
  const { words, input } = (asked ?? {}) as { words?: unknown; input?: unknown };
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string') || typeof input !== 'string') return '';
  return JSON.stringify(node.command(words, input));
}
