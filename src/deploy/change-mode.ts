import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { NodeEntry } from '../zone/inventory/inventory.ts';
import type { RolloutPolicy } from '../zone/inventory/rollout-policy.ts';
import type { BgpControl } from './bgp/adapter.ts';
import { NodeError } from './node/node-error.ts';
import type { NodeMode } from './node/protocol.ts';
import type { Transport } from './node/transport.ts';
import { mustRun } from './node/words.ts';
import type { Guard } from './rollout/guard.ts';
import { askBgp, askNode, machineFor } from './rollout/machine.ts';

/** What a change of a node's mode needs. */
export interface ModeChange {
  readonly node: NodeEntry;
  readonly mode: NodeMode;
  readonly policy: RolloutPolicy;
  readonly transport: Transport;
  /** Who does it. */
  readonly holder: string;
  /** Keeps enough others announced; `undefined`: it is done whatever becomes of the others. */
  readonly guard: Guard | undefined;
}

/**
 * Sets the mode of a node, and withdraws or announces it as the mode says; sees that it has happened.
 *
 * @throws NodeError
 */
export async function changeMode({ node, mode, policy, transport, holder, guard }: ModeChange): Promise<void> {
  const token = randomBytes(16).toString('hex');
  const { run, bgp } = machineFor(node, transport, token);
  await mustRun(transport.run, ['lock', token], `${holder}\n`);
  try {
    if (mode === 'normal') {
      const state = await askNode(run, policy);
      await mustRun(run, ['mode', mode]);
      const isWhole = state.hold === undefined && state.current !== undefined && state.verified === state.current;
      if (bgp === undefined || state.current === undefined) return;
      if (!isWhole)
        throw new NodeError('failed', 'what it serves was not verified, so it is not announced', 'roll out');
      await bgp.announce();
      await until(bgp, 'yes', policy);
      return;
    }
    if (bgp !== undefined && (await askBgp(bgp)).announced !== 'no' && guard !== undefined) await guard.leave(node);
    await mustRun(run, ['mode', mode]);
    if (bgp === undefined) return;
    await bgp.withdraw();
    await until(bgp, 'no', policy);
  } finally {
    await run(['unlock']).catch(() => undefined);
  }
}

async function until(bgp: BgpControl, desired: 'yes' | 'no', { timeouts }: RolloutPolicy): Promise<void> {
  const deadline = Date.now() + timeouts.bgp * 1000;
  for (let delay = 20; (await askBgp(bgp)).announced !== desired; delay = Math.min(delay * 2, 1000)) {
    if (Date.now() >= deadline) {
      const what = desired === 'yes' ? 'announcement' : 'withdrawal';
      throw new NodeError('failed', `its ${what} is not seen in the BGP daemon`, 'look at the BGP daemon');
    }
    await pause(delay);
  }
}
