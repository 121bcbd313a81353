import type { Remote } from '../../git/remote.ts';
import { reviewHandlers } from '../../pipeline/review/handlers.ts';
import { SYNC_JOB } from '../../pipeline/review/jobs.ts';
import type { Handler } from '../../state/queue/worker.ts';
import type { Services } from '../services.ts';

/** Where the served repository gets its commits from. */
export interface Upstream {
  /** `undefined`: people push here. */
  readonly remote: Remote | undefined;
  /** Follows the remote's branch. */
  readonly sync: () => Promise<void>;
}

/** What deliveries of webhooks become: following the remote, and looking at pull requests. */
export function webhookHandlers(services: Services, { remote, sync }: Upstream): Record<string, Handler> {
  const { state, repository, folder, config, version, origin, wake } = services;
  return {
    async [SYNC_JOB]() {
      await sync();
      await origin.follow();
      await wake();
    },
    ...reviewHandlers({
      state,
      repository,
      remote,
      secrets: { state: folder, env: process.env },
      settings: () => config().webhooks,
      stateFolder: folder,
      version,
      wake,
    }),
  };
}
