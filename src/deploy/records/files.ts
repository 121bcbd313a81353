import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flush } from '../../state/files/flush.ts';
import type { RolloutOutcome } from '../rollout/event.ts';
import type { DeploymentRecord, DeploymentStore, NodeRecord } from './record.ts';

/** A line of a deployment's file: everything that has happened, in order. */
type Line =
  | { readonly begin: Omit<DeploymentRecord, 'nodes' | 'finishedAt' | 'outcome'> }
  | { readonly node: NodeRecord }
  | { readonly finish: { readonly outcome: RolloutOutcome; readonly at: number } };

/** Of so many deployments the files are kept. */
const KEPT = 1000;
const NAME = /^([0-9TZ]+-[0-9a-f]+)\.jsonl$/;

/**
 * Keeps deployments in a folder, each in a file to which is only added; a line that a power cut has torn is passed over.
 */
export function deploymentFiles(folder: string): DeploymentStore {
  const pathOf = (id: string): string => join(folder, `${id}.jsonl`);
  const append = (id: string, line: Line): void => {
    const descriptor = openSync(pathOf(id), 'a', 0o644);
    try {
      // It begins with an end of line, so that it stays whole behind one that was torn.
      appendFileSync(descriptor, `\n${JSON.stringify(line)}`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const ids = (): string[] =>
    readdirSync(folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .sort()
      .reverse();
  return {
    async begin(deployment) {
      mkdirSync(folder, { recursive: true });
      append(deployment.id, { begin: deployment });
      flush(folder);
      for (const old of ids().slice(KEPT)) rmSync(pathOf(old), { force: true });
    },
    async saveNode(deployment, node) {
      append(deployment, { node });
    },
    async finish(deployment, outcome, at) {
      append(deployment, { finish: { outcome, at } });
    },
    async list(most) {
      mkdirSync(folder, { recursive: true });
      return ids()
        .slice(0, most)
        .flatMap((id) => readRecord(readFileSync(pathOf(id), 'utf8')) ?? []);
    },
  };
}

function readRecord(text: string): DeploymentRecord | undefined {
  let begin: Omit<DeploymentRecord, 'nodes'> | undefined;
  const nodes = new Map<string, NodeRecord>();
  for (const each of text.split('\n')) {
    const line = parseLine(each);
    if (line === undefined) continue;
    if ('begin' in line) begin = line.begin;
    else if ('node' in line) nodes.set(line.node.node, line.node);
    else if (begin !== undefined) begin = { ...begin, outcome: line.finish.outcome, finishedAt: line.finish.at };
  }
  return begin && { ...begin, nodes };
}

function parseLine(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}
