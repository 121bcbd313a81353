import { plainName } from '../../dns/plain-name.ts';
import { lines, type Order } from '../node/order.ts';
import type { Run } from '../node/transport.ts';
import type { NameServerControl, NameServerState, ZoneToRead } from './adapter.ts';

/** Asks a server for its status; `version` finds its version in that. */
export async function askState(run: Run, kind: string, version: RegExp): Promise<NameServerState> {
  const { status, stdout } = await run([kind, 'status']);
  const [, found] = version.exec(stdout) ?? [];
  return status === 0 ? { running: true, version: found } : { running: false, version: undefined };
}

/** What has the server's own checker judge a release, see {@link NameServerControl.check}. */
export function checkRelease(kind: string, id: string, zones: readonly ZoneToRead[]): Order[] {
  return [
    {
      words: [kind, 'check', id],
      task: 'accept the release',
      fix: 'the message is that of the checker of the name server on the node; compare the configuration around the list of zones',
      ...lines(zones.map(({ apex, path }) => `${plainName(apex)} ${path}`)),
      extraMs: zones.length * READING,
    },
  ];
}

/** Milliseconds that a checker may take for each zone: that of NSD is a process for each. */
const READING = 50;

/** No kind of server has to be restarted for zones: they come and go while it runs. */
export const neverRestarts: NameServerControl['needsRestart'] = () => false;
