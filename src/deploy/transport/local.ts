import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import type { Transport, TransportOptions } from '../node/transport.ts';
import { checkedWords } from '../node/words.ts';
import { copyIntoPart } from './copy.ts';
import { processFailure } from './faults.ts';
import { runProcess } from './process.ts';

/** Runs `zonewright-node` on this machine, which is the node itself. */
export function localTransport({ root, wrapper }: NodeEntry, { commandMs, signal }: TransportOptions): Transport {
  // What a login over ssh leaves in the environment would make it believe that it was called that way.
  const env = { PATH: process.env.PATH, ZONEWRIGHT_ROOT: root };
  return {
    async run(words, { input, timeoutMs = commandMs, extraMs = 0, most } = {}) {
      const options = { input, timeoutMs: timeoutMs + extraMs, most, signal, env };
      const end = await runProcess(wrapper, checkedWords(words), options);
      if (end.kind !== 'ended') throw processFailure(wrapper, end);
      return end;
    },
    send: (batch, progress) => copyIntoPart(root, batch, progress, signal),
    close: async () => undefined,
  };
}
