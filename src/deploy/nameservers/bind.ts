import type { NameServerAdapter } from './adapter.ts';
import { load } from './load.ts';
import { askState, checkRelease, neverRestarts } from './served.ts';

/**
 * BIND, by `rndc`: `reconfig` takes zones in and out and leaves all others alone, `reload ZONE` reads one zone. Checked by
 * `named-checkconf` with a copy of the configuration that names the new release, and `named-checkconf -z` on those zones
 * that came with it.
 */
export const bind: NameServerAdapter = {
  kind: 'bind',
  control: (_settings, run) => ({
    state: () => askState(run, 'bind', /^version: BIND (\S+)/m),
    needsRestart: neverRestarts,
    check: (id, zones) => checkRelease('bind', id, zones),
    load: (changes) =>
      load(
        {
          list: ['bind', 'reconfig'],
          listLoadsChanged: false,
          all: ['bind', 'reload'],
          zones: ['bind', 'zones'],
          most: 50,
        },
        changes,
      ),
  }),
};
