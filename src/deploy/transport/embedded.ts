import { once } from 'node:events';
import { connect } from 'node:net';
import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { controlPath } from '../nameservers/embedded/node/control.ts';
import { NodeError } from '../node/node-error.ts';
import type { CommandResult, Transport, TransportOptions } from '../node/transport.ts';
import { checkedWords } from '../node/words.ts';
import { copyIntoPart } from './copy.ts';

/** Talks to an embedded node of this machine over its socket. */
export function embeddedTransport({ root }: NodeEntry, { commandMs, signal }: TransportOptions): Transport {
  return {
    run: (words, { input = '', timeoutMs = commandMs, extraMs = 0 } = {}) =>
      ask(controlPath(root), JSON.stringify({ words: checkedWords(words), input }), timeoutMs + extraMs, signal),
    send: (batch, progress) => copyIntoPart(root, batch, progress, signal),
    close: async () => undefined,
  };
}

async function ask(path: string, command: string, timeoutMs: number, signal: AbortSignal): Promise<CommandResult> {
  if (signal.aborted) throw interrupted();
  const socket = connect({ path, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => socket.destroy(new Error('it does not answer in time')), timeoutMs);
  const abort = (): void => void socket.destroy(interrupted());
  signal.addEventListener('abort', abort, { once: true });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const ended = once(socket, 'end');
    socket.end(command);
    await ended;
  } catch (error) {
    if (error instanceof NodeError) throw error;
    throw new NodeError('unreachable', 'the embedded node does not run', `start it again: nothing listens at ${path}`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
  try {
    return result(JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    throw new NodeError('distrust', 'what answers is not an embedded node', `look at what listens at ${path}`);
  }
}

/** Throws where it is none. */
function result(data: { readonly [K in keyof CommandResult]?: unknown }): CommandResult {
  const { status, stdout, stderr } = data;
  if (typeof status !== 'number' || typeof stdout !== 'string' || typeof stderr !== 'string')
    throw new Error('no result');
  return { status, stdout, stderr };
}

function interrupted(): NodeError {
  return new NodeError('interrupted', 'interrupted', 'run the same command again');
}
