import { join } from 'node:path';
import { NodeError } from '../node/node-error.ts';
import { giveOrders, type Order } from '../node/order.ts';
import type { NodeState } from '../node/protocol.ts';
import { mustRun } from '../node/words.ts';
import { asOnNode, type Release } from '../release/release.ts';
import type { NodeJob } from './node-job.ts';

/** What became of a transfer. */
export interface Transferred {
  /** The old release that was turned into the new one, where there was one. */
  readonly recycled: string | undefined;
  /** Whether the node has done what follows, too. */
  readonly followed: boolean;
}

/**
 * Brings the release and has it checked. Where little differs, all of that is one question to the node, together with what
 * follows where that can be told at once.
 */
export async function transfer(
  job: NodeJob,
  state: NodeState,
  existing: Release | undefined,
  checks: readonly Order[],
  follow: readonly Order[],
): Promise<Transferred> {
  const { machine, release, progress, count } = job;
  const { node, run, transport } = machine;
  const { folder, id } = release;
  if (folder === undefined) throw new NodeError('failed', `the files of ${id} are not here`, 'build the release again');
  const isThere = existing !== undefined && state.releases.includes(existing.id);
  const base = isThere ? asOnNode(existing, state) : undefined;
  const passage = job.passage(node.name, base, release);
  const { send, remove } = passage.difference;
  if (follow.length === 0 || passage.renewal() === undefined) await job.step('transfer');
  const size = send.reduce((sum, { file }) => sum + file.size, 0);
  if (size > state.free) {
    const fix = 'make room on the node; releases that are no longer needed are in its root';
    throw new NodeError('failed', `its disk has ${state.free} octets left, and ${size} are needed`, fix);
  }
  const old = base && superfluous(job, state, base.id).find((each) => job.releaseHere(each) !== undefined);
  const lines = remove.map((path) => `- ${path}\n`);
  if (base !== undefined && old !== undefined) {
    // Of a copy of ten thousand files only what differs has to be made.
    const former = job.releaseHere(old);
    const way = job.passage(node.name, former && asOnNode(former, state), base).difference;
    const known = new Set([...remove, ...send.map(({ path }) => path)]);
    const taken = way.send.filter(({ path }) => !known.has(path));
    lines.push(...way.remove.map((path) => `- ${path}\n`), ...taken.map(({ path }) => `= ${path}\n`));
  }
  const input = passage.renewal()?.with(lines);
  if (base !== undefined && input !== undefined) {
    const words = ['renew', id, base.id, old ?? '-'];
    await job.step(follow.length > 0 ? 'switch' : 'check');
    const renew: Order = { words, input, readsOwn: true, extraMs: send.length * SEALING };
    await giveOrders(run, [renew, ...checks, ...follow]);
    count(Buffer.byteLength(input));
    return { recycled: old, followed: follow.length > 0 };
  }
  const prepared = await mustRun(run, ['prepare', id, base?.id ?? '-', old ?? '-'], lines.join(''));
  if (prepared.trim() === 'there') {
    await job.step('check');
    await giveOrders(run, checks);
    return { recycled: undefined, followed: false };
  }
  const token = job.machine.token;
  const files = send.map(({ path, file, text }) =>
    text === undefined ? { path, from: join(folder, file.path) } : { path, text },
  );
  if (files.length > 0) count(await transport.send({ files, id, token }, progress));
  const sums = send.map(({ path, file }) => `${file.sha256}  ${path}\n`).join('');
  await mustRun(run, ['seal', id], sums, { extraMs: send.length * SEALING });
  await job.step('check');
  await giveOrders(run, checks);
  return { recycled: old, followed: false };
}

/** Milliseconds that a node may take for the checksum of a file. */
const SEALING = 20;

/** The old releases of a node that are not kept beside the new one and the one before. */
export function superfluous(
  { policy, release, recent }: NodeJob,
  { releases }: NodeState,
  base: string | undefined,
): string[] {
  const needed = [release.id, ...(base === undefined ? [] : [base])];
  const rank = (id: string): number => {
    const at = recent.indexOf(id);
    return at < 0 ? recent.length : at;
  };
  const old = releases.filter((id) => !needed.includes(id)).sort((a, b) => rank(a) - rank(b));
  return old.slice(Math.max(0, policy.keep + 1 - needed.length));
}
