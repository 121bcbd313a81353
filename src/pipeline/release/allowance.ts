import type { Block } from '../../compile/plan/plan.ts';
import { TOP_FILES } from '../../compile/source/tree.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Repository } from '../../git/repository.ts';
import { askGit } from '../../git/run.ts';
import { addDocument, purgeDocuments } from '../../state/documents/documents.ts';
import { type State, unlessThere } from '../../state/state.ts';
import { layOut } from '../../zone/layout.ts';
import type { Held } from '../build.ts';

/** How long an allowance is remembered, in milliseconds: releases follow commits within minutes. */
const KEPT = 90 * 86_400_000;
/** How many commits behind a release are looked at. */
const COMMITS = 10_000;

/** Lifts the thresholds for a commit and all before it, and notes who did. */
export async function allowDeletes(state: State, commit: string, by: string): Promise<void> {
  await purgeDocuments(state.query, 'allowance', { before: state.now() - KEPT });
  await unlessThere(() => addDocument(state, state.query, 'allowance', commit, { status: 'allowed', body: { by } }));
}

/** How the server's own commits can be told from those that people make. */
export interface OwnCommits {
  /** The address of their committer. */
  readonly committer: string;
}

/**
 * What of a held release still waits for somebody to allow it. Nothing does that stands in a commit for which the thresholds
 * were lifted, or before one, or that another process has released already. Nor does what the API was asked to do: a request
 * names what it deletes, and is no accident of somebody who edits files.
 */
export async function notAllowed(
  state: State,
  { folder }: Repository,
  { from, commit, blocks }: Pick<Held, 'from' | 'commit' | 'blocks'>,
  released: string | undefined,
  own: OwnCommits,
): Promise<readonly Block[]> {
  const rows = await state.query.selectFrom('documents').select('id').where('kind', '=', 'allowance').execute();
  const done = [from, released, ...rows.map(({ id }) => id)].flatMap((id) => (id == null ? [] : [`^${id}`]));
  // A merge is one step: what others have committed counts as what the branch got by it.
  const output = await askGit(folder, [
    'log',
    '--first-parent',
    '-m',
    '--name-only',
    '--no-renames',
    '-z',
    `--max-count=${COMMITS}`,
    `--format=tformat:${MARK}%ce %(trailers:key=Zonewright-Request,valueonly,separator=%x20)`,
    '--ignore-missing',
    '--end-of-options',
    commit,
    ...done,
    '--',
  ]);
  const touched = touchedByPeople(output.toString('utf8'), own);
  return touched === 'everything' ? blocks : blocks.filter(({ zone }) => touched.has(zone));
}

/** What the line of a commit begins with. */
const MARK = '\x02';

function touchedByPeople(log: string, { committer }: OwnCommits): ReadonlySet<DomainName> | 'everything' {
  const paths: string[] = [];
  let isOwn = false;
  for (const field of log.split('\0').map((each) => each.trimStart())) {
    if (field.startsWith(MARK)) {
      const [address, ...requests] = field.slice(MARK.length).trimEnd().split(' ');
      isOwn = address === committer && requests.length > 0;
    } else if (!isOwn) paths.push(field);
  }
  const isCommon = (path: string): boolean => path.startsWith('templates/') || TOP_FILES.some((name) => name === path);
  // What these say may hold for any zone.
  return paths.some(isCommon) ? 'everything' : new Set(layOut(paths).zones.keys());
}
