import type { NameServerAdapter } from './adapter.ts';
import { load } from './load.ts';
import { askState, checkRelease, neverRestarts } from './served.ts';

/**
 * Knot DNS, by `knotc`: `reload` reads the list of zones and every zone file that is another one, `zone-reload` reads one
 * zone. Checked by `knotc conf-check` with a copy of the configuration that names the new release, and `knotc
 * zone-check` on those zones that came with it.
 */
export const knot: NameServerAdapter = {
  kind: 'knot',
  control: (_settings, run) => ({
    state: () => askState(run, 'knot', /Version: (\S+)/),
    needsRestart: neverRestarts,
    check: (id, zones) => checkRelease('knot', id, zones),
    load: (changes) =>
      load(
        {
          list: ['knot', 'reload'],
          listLoadsChanged: true,
          all: ['knot', 'reload'],
          zones: ['knot', 'zones'],
          most: 500,
        },
        changes,
      ),
  }),
};
