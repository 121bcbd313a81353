import { INVENTORY_FILE } from '../../compile/source/tree.ts';
import { displayName } from '../../dns/name.ts';
import type { FileChange } from '../../git/change.ts';
import type { Committer } from '../../git/committer.ts';
import type { Files } from '../../git/snapshot.ts';
import type { Verb } from '../../state/tokens/scope.ts';
import type { Changed } from '../../zone/edit/change.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { type NodesFile, readNodes } from '../../zone/inventory/inventory.ts';
import { readWebFile, WEB_FILE, type WebFile } from '../../zone/web-file.ts';
import { orFailure } from '../failure.ts';
import type { Caller } from './caller.ts';
import type { Mirror } from './mirror.ts';
import type { Aside, FileOutcome, OneFileWriter } from './one-file.ts';
import type { Refusal } from './outcome.ts';
import { refusalOf } from './permit.ts';

/** A change of a file that is no zone's. */
export interface TopFileChange {
  readonly path: typeof INVENTORY_FILE | typeof WEB_FILE;
  /** What the caller must be allowed. */
  readonly verb: Verb;
  /** Of the commit. */
  readonly subject: string;
  /** Makes the text from the one that is there when the change's turn comes; empty where there is no file. */
  readonly edit: (text: string) => Changed | Extract<Refusal, { kind: 'invalid' }>;
  /** Has it proposed. */
  readonly aside?: Aside | undefined;
}

/** What came of it. */
export type TopFileOutcome = FileOutcome | Refusal;

/** The files at the top of the repository that are about nodes. */
export interface TopFiles {
  /** What `nodes.yaml` and `web.yaml` say at the head. */
  topFiles(): Promise<{ readonly nodes: NodesFile; readonly web: WebFile }>;
  /** Changes one of them: a commit, or nothing. Refused where it would have an error, or a zone would name no node. */
  changeFile(caller: Caller, change: TopFileChange): Promise<TopFileOutcome>;
}

/** These files as the mirror shows them. */
export function newTopFiles(mirror: Mirror, committer: Committer, now: () => number, write: OneFileWriter): TopFiles {
  const prepare = async (files: Files, { path, edit }: TopFileChange): Promise<FileChange | Refusal> => {
    await mirror.follow(files);
    const changed = edit((await files.read(path)) ?? '');
    if (changed.kind === 'invalid') return changed;
    if (changed.kind === 'refused') {
      const message = `${path} cannot be changed by program: ${changed.message}`;
      return { kind: 'invalid', message, fix: changed.fix, at: 0, field: 'document' };
    }
    const findings = path === INVENTORY_FILE ? faultsOfNodes(mirror, changed.text) : faultsOfWeb(changed.text);
    return findings.length > 0 ? { kind: 'refused', findings } : { kind: 'put', path, content: changed.text };
  };
  return {
    async topFiles() {
      return mirror.exclusive(async () => {
        await mirror.follow(await committer.head());
        return { nodes: mirror.project.nodes, web: mirror.project.web };
      });
    },
    changeFile: (caller, change) =>
      orFailure(async () => {
        const refused = refusalOf(caller, { verb: change.verb }, [], now());
        if (refused !== undefined) return refused;
        const { subject, aside } = change;
        return write<Refusal>({ caller, prepare: (files) => prepare(files, change), subject: () => subject, aside });
      }),
  };
}

function faultsOfWeb(text: string): Finding[] {
  return readWebFile({ path: WEB_FILE, text }).findings.filter(stops);
}

function faultsOfNodes({ standing }: Mirror, text: string): Finding[] {
  const { inventory, findings } = readNodes({ path: INVENTORY_FILE, text });
  const faults = findings.filter(stops);
  for (const [apex, { nodes }] of standing.facts) {
    const lost = nodes.find((node) => !inventory.nodes.has(node));
    if (lost === undefined) continue;
    faults.push({
      rule: 'unknown-node',
      severity: 'error',
      message: `a value of ${displayName(apex)} is pinned to ${lost}, which would be no node`,
      fix: 'add that node as well, or correct the zone',
      place: { file: INVENTORY_FILE, line: 1, column: 1, endLine: 1, endColumn: 1 },
      zone: apex,
    });
  }
  return faults;
}
