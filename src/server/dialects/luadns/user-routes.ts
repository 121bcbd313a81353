import { ROOT } from '../../../dns/name.ts';
import { findAccount } from '../../../state/accounts/account.ts';
import { settingsFor } from '../../../zone/config.ts';
import { type Answer, answer } from '../answer.ts';
import type { Route } from '../routes.ts';
import type { Ask, Run } from './ask.ts';

/** `/users` */
export const userRoutes: readonly Route<Run>[] = [{ method: 'GET', path: '/users/me', run: showUser }];

/** Whoever asks. The repository's address and the deploy key are nobody's business who only has a token. */
async function showUser({ services: { origin, config }, caller }: Ask): Promise<Answer> {
  const account = await findAccount(origin.state.query, { id: caller.account.id });
  const { name, email } = caller.account;
  const full = account?.profile.name;
  return answer(200, {
    email: email ?? name,
    name: typeof full === 'string' ? full : name,
    repo_uri: '',
    api_enabled: true,
    tfa: false,
    deploy_key: '',
    ttl: settingsFor(config(), ROOT).ttl,
    package: 'zonewright',
    name_servers: config().server.nameServers,
  });
}
