import { NodeError, shown } from './node-error.ts';
import { NODE_EXIT, WORD } from './protocol.ts';
import type { CommandResult, Run, RunOptions } from './transport.ts';

/** The most that a command may have of words; a forced command gets them in one variable. */
const MOST_WORDS = 64;

/** The words, if all of them are such that nothing in them can be taken for anything else. Throws an Error: ours is the fault. */
export function checkedWords(words: readonly string[]): readonly string[] {
  const [verb = ''] = words;
  if (!/^[a-z][a-z-]*$/.test(verb) || words.length > MOST_WORDS || !words.every((word) => WORD.test(word))) {
    throw new Error(`not a command for a node: ${words.map((word) => JSON.stringify(word.slice(0, 80))).join(' ')}`);
  }
  return words;
}

/** The same commands behind `as TOKEN`: they are run only while the token holds the lock of the node. */
export function underLock(run: Run, token: string): Run {
  return (words, options) => run(['as', token, ...words], options);
}

/**
 * Runs a command that has to succeed and gives what it printed.
 *
 * @throws NodeError with what it said where it does not.
 */
export async function mustRun(
  run: Run,
  words: readonly string[],
  input?: string,
  options: Omit<RunOptions, 'input'> = {},
): Promise<string> {
  const result = await run(words, { ...(input !== undefined && { input }), ...options });
  if (result.status === 0) return result.stdout;
  throw commandFailure(words, result);
}

/** What a command that failed means. */
export function commandFailure(words: readonly string[], { status, stdout, stderr }: CommandResult): NodeError {
  const what = words.filter((_, at) => !(words[0] === 'as' && at < 2)).join(' ');
  if (status === NODE_EXIT.locked) {
    const holder = shown(stdout);
    return new NodeError(
      'locked',
      holder === '' ? 'another rollout holds it' : `another rollout holds it: ${holder}`,
      'wait until that one is done; --break-lock takes the lock away where it is gone for sure',
    );
  }
  if (status === NODE_EXIT.unknown) {
    return new NodeError(
      'distrust',
      `zonewright-node does not allow "${shown(what)}"`,
      'install the zonewright-node of this version on it, and compare its settings with nodes.yaml',
    );
  }
  const said = shown(stderr) || shown(stdout) || `exit status ${status}`;
  return new NodeError('failed', `"${shown(what)}" failed: ${said}`, 'look at the node, then roll out again');
}
