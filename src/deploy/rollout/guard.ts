import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { ALL_NODES } from '../../zone/inventory/rollout-policy.ts';
import { NodeError } from '../node/node-error.ts';

/**
 * Keeps the number of announced nodes of every group at its minimum. Before a node is withdrawn, so many others of its groups
 * are asked right then whether they announce; what cannot be asked does not count, whoever has withdrawn it.
 */
export interface Guard {
  /**
   * Waits until the node may be withdrawn. Until `back`, it counts as withdrawn.
   *
   * @throws NodeError where it can never be: too few others announce, and none of them is about to.
   */
  leave(node: NodeEntry): Promise<void>;
  /** The same, but without waiting: whether it may. */
  tryToLeave(node: NodeEntry): Promise<boolean>;
  /** Its withdrawal can be seen by whoever asks it. */
  gone(node: NodeEntry): void;
  /** It was withdrawn by a rollout before this one. */
  alreadyAway(node: NodeEntry): void;
  /** It has ended, announced or not. */
  back(node: NodeEntry): void;
}

/**
 * What only one process has at a time: from the decision that a node may be withdrawn until its withdrawal can be seen. Two who
 * decide at the same time would each count on the node that the other one withdraws.
 */
export interface Withdrawing {
  /** @throws NodeError where another process has it for too long. */
  take(): Promise<void>;
  give(): void;
}

/** A guard over the nodes of an inventory. `announces` asks a node; it never throws. */
export function newGuard(
  nodes: ReadonlyMap<string, NodeEntry>,
  groups: ReadonlyMap<string, readonly string[]>,
  minimum: ReadonlyMap<string, number>,
  announces: (node: NodeEntry) => Promise<boolean>,
  withdrawing: Withdrawing,
): Guard {
  const away = new Set<string>();
  /** The node that is being decided about, and those whose withdrawal cannot be seen yet: meanwhile nobody else decides. */
  const unseen = new Set<string>();
  /** Decisions are made one after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  let waiting: (() => void)[] = [];

  /** `undefined`: it may leave; else the group that would have too few. */
  const tooFew = async (node: NodeEntry): Promise<{ group: string; least: number; others: number } | undefined> => {
    for (const [group, least] of minimum) {
      const members = group === ALL_NODES ? [...nodes.keys()] : (groups.get(group) ?? []);
      if (!members.includes(node.name) || least === 0) continue;
      const candidates = members.filter((name) => name !== node.name && !away.has(name));
      let others = 0;
      for (const name of candidates) {
        const candidate = nodes.get(name);
        if (candidate !== undefined && candidate.bgp.kind !== 'none' && (await announces(candidate))) others++;
        if (others >= least) break;
      }
      if (others < least) return { group, least, others };
    }
    return undefined;
  };
  const decide = <T>(work: () => Promise<T>): Promise<T> => {
    const decided = turn.then(work);
    turn = decided.catch(() => undefined);
    return decided;
  };
  const gone = ({ name }: NodeEntry): void => {
    if (unseen.delete(name) && unseen.size === 0) withdrawing.give();
  };
  const tryToLeave = (node: NodeEntry) =>
    decide(async () => {
      if (unseen.size === 0) await withdrawing.take();
      unseen.add(node.name);
      // Who comes back while others are asked was not counted: it is worth another look.
      const othersAway = [...away].some((name) => name !== node.name);
      const why = await tooFew(node);
      if (why === undefined) away.add(node.name);
      else gone(node);
      return { why, othersAway };
    });
  return {
    async leave(node) {
      for (;;) {
        let changed = (): void => undefined;
        const next = new Promise<void>((done) => {
          changed = done;
        });
        waiting.push(changed);
        const { why, othersAway } = await tryToLeave(node);
        if (why === undefined) return;
        if (!othersAway) {
          const where = why.group === ALL_NODES ? '' : ` of the group ${why.group}`;
          throw new NodeError(
            'failed',
            `it cannot be withdrawn: ${why.others} other nodes${where} announce, and ${why.least} have to stay (min_announced)`,
            'bring other nodes back first, or lower deploy.min_announced in zonewright.yaml',
          );
        }
        await next;
      }
    },
    tryToLeave: async (node) => (await tryToLeave(node)).why === undefined,
    gone,
    alreadyAway: (node) => void away.add(node.name),
    back(node) {
      gone(node);
      away.delete(node.name);
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
