import type { NameServerAdapter } from './adapter.ts';
import { load } from './load.ts';
import { askState, checkRelease, neverRestarts } from './served.ts';

/**
 * NSD, by `nsd-control`: `reconfig` takes zones in and out, `reload ZONE` reads one zone. Checked by `nsd-checkconf` with a
 * copy of the configuration that names the new release, and `nsd-checkzone` on those zones that came with it.
 */
export const nsd: NameServerAdapter = {
  kind: 'nsd',
  control: (_settings, run) => ({
    state: () => askState(run, 'nsd', /^version: (\S+)/m),
    needsRestart: neverRestarts,
    check: (id, zones) => checkRelease('nsd', id, zones),
    load: (changes) =>
      load(
        {
          list: ['nsd', 'reconfig'],
          listLoadsChanged: false,
          all: ['nsd', 'reload'],
          zones: ['nsd', 'zones'],
          most: 50,
        },
        changes,
      ),
  }),
};
