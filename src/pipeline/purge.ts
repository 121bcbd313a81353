import { addItem, flowText } from '../zone/edit/top-file.ts';
import { type Network, WEB_FILE } from '../zone/web-file.ts';
import type { Caller } from './origin/caller.ts';
import type { Aside } from './origin/one-file.ts';
import type { Origin } from './origin/origin.ts';
import type { TopFileOutcome } from './origin/top-files.ts';

/** The networks from which an account may have the web nodes forget pages of its zones. */
export async function purgeNetworks(origin: Origin, account: string): Promise<readonly Network[]> {
  return (await origin.topFiles()).web.accounts.get(account) ?? [];
}

/** Lets the caller's account purge from one more network: a commit of `web.yaml`, or nothing where it may already. */
export async function addPurgeNetwork(
  origin: Origin,
  caller: Caller,
  network: Network,
  aside?: Aside,
): Promise<TopFileOutcome> {
  const { name } = caller.account;
  const known = await purgeNetworks(origin, name);
  if (known.includes(network)) return { kind: 'unchanged', commit: undefined };
  return origin.changeFile(caller, {
    path: WEB_FILE,
    verb: 'update',
    subject: `${WEB_FILE}: let ${name} purge from ${network}`,
    edit: (text) => addItem(text, ['purge', 'accounts', name], flowText(network)),
    aside,
  });
}
