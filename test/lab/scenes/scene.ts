import type { Deployed } from '../deployer.ts';
import type { Fault } from '../faults.ts';
import type { Stage } from '../stage.ts';

/** Something that is played in the lab, and has to come out well. It leaves all nodes at what is committed, announced. */
export interface Scene {
  /** One sentence: what holds. */
  readonly name: string;
  /** Throws where it does not. */
  play(stage: Stage): Promise<void>;
}

/** Plays with a fault, and heals it whatever comes. */
export async function under(fault: Promise<Fault>, play: () => Promise<void>): Promise<void> {
  const { heal } = await fault;
  try {
    await play();
  } finally {
    await heal();
  }
}

/** Throws unless a rollout has ended with this status, and these outcomes of nodes. */
export function expectEnd(
  ended: Deployed,
  status: number,
  outcomes: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  const wrong = Object.entries(outcomes).filter(
    ([node, wanted]) => ![wanted].flat().includes(ended.outcomes[node] ?? ''),
  );
  if (ended.status === status && wrong.length === 0) return;
  const messages = ended.events.flatMap((event) => (event.type === 'node' ? [`${event.node}: ${event.message}`] : []));
  throw new Error(
    `ended with ${ended.status}, ${JSON.stringify(ended.outcomes)}; expected ${status}, ${JSON.stringify(outcomes)}; ` +
      `${messages.join('; ')} ${ended.stderr}`,
  );
}

/** Throws unless the message about a node matches. */
export function expectMessage({ events }: Deployed, node: string, pattern: RegExp): void {
  const said = events.flatMap((event) => (event.type === 'node' && event.node === node ? [event.message ?? ''] : []));
  if (!said.some((message) => pattern.test(message))) throw new Error(`about ${node} is said: ${said.join('; ')}`);
}

/** Throws unless it holds. */
export function expectThat(what: string, holds: boolean): void {
  if (!holds) throw new Error(`it does not hold: ${what}`);
}
