import { type Forge, ForgeError, type Verdict } from '../forge.ts';
import { jsonApi, noneIfMissing, shortened } from './request.ts';

/** How the API of a Gitea or Forgejo server is reached. */
export interface GiteaAccess {
  /** The address of the server. */
  readonly url: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly token: string;
}

const CONTEXT = 'zonewright';
const DESCRIPTION = 255;

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly head: { readonly sha: string; readonly ref: string };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name: string }[] | null;
  readonly merged: boolean;
  readonly merge_commit_sha: string | null;
  readonly html_url: string;
}

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly id: number };
}

/** Gitea and Forgejo. They have no check runs: findings are in the comment. */
export function openGitea({ url, repository, token }: GiteaAccess): Forge {
  const api = jsonApi('Gitea', `${url}/api/v1`, { authorization: `token ${token}` });
  const repo = `/repos/${repository}`;
  const status = async (commit: string, state: 'pending' | Verdict['state'], title: string, link?: string) => {
    await api.ask('POST', `${repo}/statuses/${commit}`, {
      context: CONTEXT,
      state,
      description: shortened(title, DESCRIPTION),
      ...(link !== undefined && { target_url: link }),
    });
  };
  return {
    kind: 'gitea',
    noun: 'pull request',
    headRef: (number) => `refs/pull/${number}/head`,
    async pullRequest(number) {
      const pull = (await api.ask('GET', `${repo}/pulls/${number}`).catch(noneIfMissing)) as Pull | undefined;
      return (
        pull && {
          number,
          open: pull.state === 'open',
          head: pull.head.sha,
          base: pull.base.ref,
          labels: (pull.labels ?? []).map(({ name }) => name),
          merged: pull.merged ? (pull.merge_commit_sha ?? undefined) : undefined,
        }
      );
    },
    begin: (commit) => status(commit, 'pending', 'is looked at'),
    conclude: (commit, { state, title, link }) => status(commit, state, title, link),
    async comment(number, marker, text) {
      const me = (await api.ask('GET', '/user')) as { readonly id: number };
      const all = (await api.ask('GET', `${repo}/issues/${number}/comments`)) as readonly Comment[];
      const own = all.find(({ body, user }) => body.startsWith(marker) && user.id === me.id);
      if (own === undefined) await api.ask('POST', `${repo}/issues/${number}/comments`, { body: text });
      else if (own.body !== text) await api.ask('PATCH', `${repo}/issues/comments/${own.id}`, { body: text });
    },
    async propose({ branch, base, title, body }) {
      const wanted = { head: branch, base, title: shortened(title, 250), body };
      const made = (await api.ask('POST', `${repo}/pulls`, wanted).catch((error: unknown) => {
        if (error instanceof ForgeError && error.cause === 409) return undefined;
        throw error;
      })) as Pull | undefined;
      const pull = made ?? (await open(branch));
      return { number: pull.number, url: pull.html_url };
    },
  };

  async function open(branch: string): Promise<Pull> {
    const all = (await api.ask('GET', `${repo}/pulls?state=open&sort=recentupdate&limit=50`)) as readonly Pull[];
    const found = all.find(({ head }) => head.ref === branch);
    if (found !== undefined) return found;
    throw new ForgeError('Gitea has a pull request of this branch, and does not show it', 'look for it there');
  }
}
