import { NodeError, shown } from '../node/node-error.ts';
import { order } from '../node/order.ts';
import type { Run } from '../node/transport.ts';
import type { BgpState } from './adapter.ts';
import { unknownState } from './tally.ts';

/** What is thrown where a daemon cannot be asked or understood, with what it says. */
export class SilentDaemon extends Error {
  constructor(said: string) {
    super(said);
    this.name = 'SilentDaemon';
  }
}

/** What a daemon prints. Throws a SilentDaemon where the command does not end well. */
export async function ask(run: Run, words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(words);
  if (status === 0) return stdout;
  throw new SilentDaemon(shown(stderr) || shown(stdout));
}

/** What a daemon prints, where that is JSON. */
export async function askJson(run: Run, words: readonly string[]): Promise<unknown> {
  const text = await ask(run, words);
  try {
    return JSON.parse(text);
  } catch {
    throw new SilentDaemon(`the daemon says what is not JSON: ${shown(text)}`);
  }
}

/** The entries of what should be an object; of anything else none. */
export function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}

/** A state that is asked for; `unknown` where the daemon does not answer. */
export async function stateOf(look: () => Promise<BgpState>): Promise<BgpState> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof SilentDaemon) return unknownState(error.message);
    throw error;
  }
}

/**
 * Runs `KIND VERB NAME` for each name, also those behind one that fails. A failure that matches `already` is none.
 *
 * @throws NodeError with the first failure; also where there is no name.
 */
export async function orderEach(
  run: Run,
  [kind, verb]: readonly [string, string],
  names: readonly string[],
  setting: 'protocols' | 'prefixes',
  already?: RegExp,
): Promise<void> {
  if (names.length === 0) {
    throw new NodeError(
      'failed',
      `nothing says what to ${verb}`,
      `write "${setting}" below "bgp" of the node in nodes.yaml`,
    );
  }
  const done = await Promise.allSettled(names.map((name) => order(run, [kind, verb, name], `${verb} ${name}`, FIX)));
  for (const each of done) {
    if (each.status === 'fulfilled') continue;
    if (!(each.reason instanceof NodeError) || already?.test(each.reason.message) !== true) throw each.reason;
  }
}

const FIX = 'see whether the BGP daemon runs on the node, and what its sudoers allow';
