import { NodeError, shown } from './node-error.ts';
import { NODE_EXIT } from './protocol.ts';
import type { CommandResult, Run } from './transport.ts';
import { commandFailure } from './words.ts';

/** A command for a node that has to end well. */
export interface Order {
  readonly words: readonly string[];
  readonly input?: string;
  /** Whether the command reads only what is its own of standard input, so that another can read behind it. */
  readonly readsOwn?: boolean;
  /** Milliseconds after which all that is ordered together is ended, where that is not what a command has anyway. */
  readonly timeoutMs?: number;
  /** Milliseconds that it may take beyond that, because there is much to do. */
  readonly extraMs?: number;
  /** What it is for, where a daemon has to do it: `load the changed zones`; and what to do where it does not. */
  readonly task?: string;
  readonly fix?: string;
}

/** Of longer lists a node reads all that is left of standard input. */
const SHORT = 100;

/** The input of an order that reads a list: an empty line ends it. */
export function lines(list: readonly string[]): Pick<Order, 'input' | 'readsOwn'> {
  return { input: `${list.map((line) => `${line}\n`).join('')}\n`, readsOwn: list.length < SHORT };
}

/** Gives one order, and gives what it printed. Throws as {@link giveOrders}. */
export async function order(run: Run, words: readonly string[], task: string, fix: string): Promise<string> {
  return (await giveOrders(run, [{ words, task, fix }])).join('');
}

/** So many words are said together. */
const WORDS = 50;

/**
 * Gives orders, each once the one before has ended well, with as few questions to the node as that takes. Gives what each has
 * printed.
 *
 * @throws NodeError for the first that does not end well, with what the node or its daemon says.
 */
export async function giveOrders(run: Run, orders: readonly Order[]): Promise<string[]> {
  const printed: string[] = [];
  for (const together of groups(orders)) printed.push(...(await giveTogether(run, together)));
  return printed;
}

/** What can be said together: what reads all of standard input comes last, and words are bounded. */
function groups(orders: readonly Order[]): Order[][] {
  const all: Order[][] = [];
  let words = Number.POSITIVE_INFINITY;
  for (const order of orders) {
    const last = all.at(-1)?.at(-1);
    words += order.words.length + 1;
    if (words > WORDS || (last?.input !== undefined && last.readsOwn !== true)) {
      all.push([]);
      words = order.words.length;
    }
    all.at(-1)?.push(order);
  }
  return all;
}

async function giveTogether(run: Run, orders: readonly Order[]): Promise<string[]> {
  const words = orders.flatMap((order, at) => (at === 0 ? order.words : ['then', ...order.words]));
  const input = orders.map((order) => order.input ?? '').join('');
  const limits = orders.flatMap(({ timeoutMs }) => timeoutMs ?? []);
  const result = await run(words, {
    ...(orders.some((order) => order.input !== undefined) && { input }),
    ...(limits.length > 0 && { timeoutMs: Math.max(...limits) }),
    extraMs: orders.reduce((sum, { extraMs = 0 }) => sum + extraMs, 0),
  });
  const printed = outputs(result.stdout, orders.length);
  if (result.status === NODE_EXIT.ok) return printed;
  const at = printed.length - 1;
  throw failureOf(orders[at] as Order, { ...result, stdout: printed[at] as string });
}

/** What each of them has printed, of those that were run. */
function outputs(stdout: string, most: number): string[] {
  const printed = [''];
  for (const line of stdout.split(/(?<=\n)/)) {
    if (line === 'then\n' && printed.length < most) printed.push('');
    else printed[printed.length - 1] += line;
  }
  return printed;
}

function failureOf({ words, task, fix }: Order, result: CommandResult): NodeError {
  const { status, stdout, stderr } = result;
  if (task === undefined || fix === undefined || status === NODE_EXIT.locked || status === NODE_EXIT.unknown)
    return commandFailure(words, result);
  const said = shown(stderr) || shown(stdout) || `exit status ${status}`;
  return new NodeError('failed', `it could not ${task}: ${said}`, fix);
}
