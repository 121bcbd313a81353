import type { Remote } from '../../git/remote.ts';
import type { Repository } from '../../git/repository.ts';
import { GiveUp, type Handler } from '../../state/queue/worker.ts';
import type { State } from '../../state/state.ts';
import type { WebhookSettings } from '../../zone/webhooks/settings.ts';
import type { SecretSources } from '../secret.ts';
import { ForgeError } from './forge.ts';
import { MERGED_JOB, REVIEW_JOB, reviewPayload } from './jobs.ts';
import { openForge } from './open-forge.ts';
import { noteMerged, type ReviewTools, reviewPullRequest } from './review.ts';

/** What the jobs of pull requests are done with. */
export interface ReviewOptions {
  readonly state: State;
  readonly repository: Repository;
  /** `undefined`: the repository follows none, so there are no pull requests to fetch. */
  readonly remote: Remote | undefined;
  readonly secrets: SecretSources;
  /** What the configuration of the deployed branch says now. */
  readonly settings: () => WebhookSettings | undefined;
  /** The folder of the state: caches, keys. */
  readonly stateFolder: string;
  readonly version: string;
  /** Is told that something was allowed that may have been waited for. */
  readonly wake: () => Promise<void>;
}

/** Handlers for the queue: look at a pull request, and take note of one that was merged. */
export function reviewHandlers(options: ReviewOptions): Record<string, Handler> {
  const { wake } = options;
  const withTools =
    (work: (tools: ReviewTools, number: number) => Promise<void>): Handler =>
    async ({ payload }) => {
      const request = reviewPayload(payload);
      if (request === undefined) throw new GiveUp('the job names no pull request');
      const tools = await toolsFor(options, request.forge);
      if (tools === undefined) return;
      try {
        await work(tools, request.number);
      } catch (error) {
        throw error instanceof ForgeError ? new GiveUp(`${error.message}; ${error.fix}`, error) : error;
      }
    };
  const merged = async (tools: ReviewTools, number: number): Promise<void> => {
    if (await noteMerged(tools, number)) await wake();
  };
  return {
    [REVIEW_JOB]: withTools(async (tools, number) => {
      // One that was merged may get its label afterwards, when its release is seen to be held.
      if ((await reviewPullRequest(tools, number)).kind === 'ignored') await merged(tools, number);
    }),
    [MERGED_JOB]: withTools(merged),
  };
}

/** `undefined`: nobody looks at pull requests of this host. */
async function toolsFor(options: ReviewOptions, kind: ReviewTools['forge']['kind']): Promise<ReviewTools | undefined> {
  const { state, repository, remote, secrets, stateFolder, version } = options;
  const settings = options.settings();
  if (settings === undefined) return undefined;
  const forge = await openForge(settings, kind, secrets);
  if (forge === undefined) return undefined;
  if ('status' in forge) throw new Error(`${forge.message}; ${forge.fix}`);
  if (remote === undefined) {
    throw new GiveUp('the repository follows no remote that pull requests could be fetched from; start with --remote');
  }
  const { allowDeletesLabel: label, url } = settings;
  return { state, repository, remote, forge, label, url, stateFolder, version };
}
