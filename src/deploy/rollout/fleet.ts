import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { NodeError } from '../node/node-error.ts';
import { giveOrders, type Order } from '../node/order.ts';
import type { NodeState } from '../node/protocol.ts';
import type { Transport } from '../node/transport.ts';
import { mustRun } from '../node/words.ts';
import { inParallel } from '../pool.ts';
import { askBgp, type Machine, machineFor, stateIn } from './machine.ts';
import type { RolloutSettings } from './rollout.ts';

/** A node that was found, locked and asked. */
export interface Found {
  readonly machine: Machine;
  readonly state: NodeState;
}

/** The nodes of a rollout, and how they are talked to. */
export interface Fleet {
  /**
   * Connects to a node, takes its lock and asks for its state.
   *
   * @throws NodeError
   */
  find(node: NodeEntry): Promise<Found>;
  /** Whether a node announces right now, as far as it can be asked. Never throws. */
  announces(node: NodeEntry): Promise<boolean>;
  /** Ends all connections, and gives the locks back unless they are to be kept. Never throws. */
  release(keepLocks: boolean): Promise<void>;
}

/** So many nodes are asked at a time: that costs them nothing. */
export const ASKED_AT_A_TIME = 32;

/** Opens the fleet of a rollout. Nobody is talked to yet. */
export function openFleet(
  settings: Pick<RolloutSettings, 'policy' | 'holder' | 'breakLock' | 'connect'>,
  token: string,
): Fleet {
  const { policy, holder, breakLock, connect } = settings;
  const transports = new Map<string, Transport>();
  const locked = new Map<string, Machine>();
  const transportTo = (node: NodeEntry): Transport => {
    let transport = transports.get(node.name);
    if (transport === undefined) {
      transport = connect(node);
      transports.set(node.name, transport);
    }
    return transport;
  };
  return {
    async find(node) {
      const machine = machineFor(node, transportTo(node), token);
      const { run } = machine.transport;
      if (breakLock) await mustRun(run, ['break-lock']);
      const timeoutMs = (policy.timeouts.connect + 5) * 1000;
      const asked: Order[] = [
        { words: ['lock', token], input: `${holder}\n`, readsOwn: true, timeoutMs },
        { words: ['ask'], timeoutMs },
      ];
      const [, said = ''] = await giveOrders(run, asked).catch((error: unknown) => {
        // Whatever became of the question, the lock may be there.
        if (error instanceof NodeError && error.reason === 'failed') locked.set(node.name, machine);
        throw error;
      });
      locked.set(node.name, machine);
      return { machine, state: stateIn(said) };
    },
    async announces(node) {
      try {
        const { bgp } = machineFor(node, transportTo(node), undefined);
        return bgp !== undefined && (await askBgp(bgp)).announced === 'yes';
      } catch (error) {
        if (!(error instanceof NodeError)) throw error;
        return false;
      }
    },
    async release(keepLocks) {
      await inParallel([...transports], ASKED_AT_A_TIME, async ([name, transport]) => {
        // What cannot be unlocked now is unlocked by the next rollout with this token, or broken.
        if (!keepLocks) {
          await locked
            .get(name)
            ?.run(['unlock'])
            .catch(() => undefined);
        }
        await transport.close();
      });
    },
  };
}
