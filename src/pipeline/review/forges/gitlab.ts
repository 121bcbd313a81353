import { type Forge, ForgeError } from '../forge.ts';
import { jsonApi, noneIfMissing, shortened } from './request.ts';

/** How the API of a GitLab server is reached. */
export interface GitlabAccess {
  /** The address of the server. */
  readonly url: string;
  /** `GROUP/NAME`. */
  readonly repository: string;
  readonly token: string;
}

const NAME = 'zonewright';
const DESCRIPTION = 255;
/** Notes of a page, and pages that are looked through. */
const NOTES = 100;
const PAGES = 50;

interface MergeRequest {
  readonly iid: number;
  readonly state: string;
  readonly sha: string;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly labels: readonly string[];
  readonly merge_commit_sha: string | null;
  readonly squash_commit_sha: string | null;
  readonly web_url: string;
}

interface Note {
  readonly id: number;
  readonly body: string;
  readonly author: { readonly id: number };
}

/** GitLab. Findings are in the note; a commit gets a status. */
export function openGitlab({ url, repository, token }: GitlabAccess): Forge {
  const api = jsonApi('GitLab', `${url}/api/v4`, { 'private-token': token });
  const project = `/projects/${encodeURIComponent(repository)}`;
  const status = async (commit: string, state: string, title: string, link?: string): Promise<void> => {
    await api.ask('POST', `${project}/statuses/${commit}`, {
      name: NAME,
      state,
      description: shortened(title, DESCRIPTION),
      ...(link !== undefined && { target_url: link }),
    });
  };
  return {
    kind: 'gitlab',
    noun: 'merge request',
    headRef: (number) => `refs/merge-requests/${number}/head`,
    async pullRequest(number) {
      const path = `${project}/merge_requests/${number}`;
      const found = (await api.ask('GET', path).catch(noneIfMissing)) as MergeRequest | undefined;
      if (found === undefined) return undefined;
      const { state, sha, merge_commit_sha: merge, squash_commit_sha: squash } = found;
      return {
        number,
        open: state === 'opened',
        head: sha,
        base: found.target_branch,
        labels: found.labels,
        // Without a merge commit the branch was put forward to the head, or to what it was squashed to.
        merged: state === 'merged' ? (merge ?? squash ?? sha) : undefined,
      };
    },
    async begin(commit) {
      try {
        await status(commit, 'running', 'is looked at');
      } catch (error) {
        // A status that runs already cannot be begun.
        if (!(error instanceof ForgeError && error.cause === 400)) throw error;
      }
    },
    conclude: (commit, { state, title, link }) =>
      status(commit, state === 'success' ? 'success' : 'failed', title, link),
    async comment(number, marker, text) {
      const me = (await api.ask('GET', '/user')) as { readonly id: number };
      const notes = `${project}/merge_requests/${number}/notes`;
      for (let page = 1; page <= PAGES; page++) {
        const found = (await api.ask(
          'GET',
          `${notes}?sort=asc&order_by=created_at&per_page=${NOTES}&page=${page}`,
        )) as readonly Note[];
        const own = found.find(({ body, author }) => body.startsWith(marker) && author.id === me.id);
        if (own !== undefined) {
          if (own.body !== text) await api.ask('PUT', `${notes}/${own.id}`, { body: text });
          return;
        }
        if (found.length < NOTES) break;
      }
      await api.ask('POST', notes, { body: text });
    },
    async propose({ branch, base, title, body }) {
      const where = `${project}/merge_requests`;
      const query = `?state=opened&source_branch=${encodeURIComponent(branch)}&target_branch=${encodeURIComponent(base)}`;
      const [known] = (await api.ask('GET', `${where}${query}`)) as readonly MergeRequest[];
      const wanted = { source_branch: branch, target_branch: base, title: shortened(title, 250), description: body };
      const found = known ?? ((await api.ask('POST', where, wanted)) as MergeRequest);
      return { number: found.iid, url: found.web_url };
    },
  };
}
