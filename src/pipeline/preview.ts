import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { MANIFEST, type Manifest, readManifest } from '../compile/manifest.ts';
import { zoneFilePath } from '../compile/paths.ts';
import type { ListenFault, SocketAddress } from '../deploy/nameservers/embedded/address.ts';
import type { QueryEvent } from '../deploy/nameservers/embedded/server.ts';
import { startNameServer } from '../deploy/nameservers/embedded/server.ts';
import { loadZone } from '../deploy/nameservers/embedded/zone-loader.ts';
import { type ServedZone, zoneSet } from '../dns/answer/served-zone.ts';
import type { DomainName } from '../dns/name.ts';

/** What a preview needs and tells. */
export interface PreviewRequest {
  /** The folder of the project. */
  readonly folder: string;
  readonly listen: readonly SocketAddress[];
  /** Builds a release of the working tree into a folder; false where the tree has errors, which have then been said. */
  readonly build: (out: string) => Promise<boolean>;
  /** Called when zones were loaded: how many there are, and which are new or changed. */
  readonly onServing: (zones: number, changed: readonly DomainName[]) => void;
  readonly onQuery?: (event: QueryEvent) => void;
  readonly onProblem: (text: string) => void;
}

/** A preview that answers. */
export interface Preview {
  readonly kind: 'listening';
  readonly addresses: readonly SocketAddress[];
  close(): Promise<void>;
}

/** Editors write a file in several steps: what comes within this many milliseconds is one change. */
const SETTLE = 40;

/**
 * Answers DNS queries for the working tree: builds it as a release is built, serves the result, and does so again after
 * every save. While the tree has errors, the last good state is served. Gives a fault where it cannot listen.
 */
export async function startPreview(request: PreviewRequest): Promise<Preview | ListenFault> {
  const scratch = mkdtempSync(join(tmpdir(), 'zonewright-preview-'));
  const release = join(scratch, 'release');
  const served = new Map<
    DomainName,
    { readonly content: string; readonly serial: number; readonly zone: ServedZone }
  >();
  let zones = zoneSet([]);
  const server = await startNameServer({
    listen: request.listen,
    zones: () => zones,
    onProblem: request.onProblem,
    ...(request.onQuery !== undefined && { onQuery: request.onQuery }),
  });
  if (server.kind === 'fault') {
    rmSync(scratch, { recursive: true, force: true });
    return server;
  }
  const load = async (): Promise<void> => {
    if (!(await request.build(release))) return;
    const manifest = readManifest(readFileSync(join(release, MANIFEST), 'utf8'));
    const changed = loadZones(release, manifest, served);
    zones = zoneSet([...served.values()].map(({ zone }) => zone));
    request.onServing(served.size, changed);
  };
  const { change, settled } = oneAtATime(load, request.onProblem);
  await load();
  const watcher = watch(
    ['zonewright.yaml', 'nodes.yaml', 'zones', 'templates'].map((part) => join(request.folder, part)),
    { ignoreInitial: true },
  );
  await new Promise<void>((done) => watcher.once('ready', () => done()));
  watcher.on('all', change);
  return {
    kind: 'listening',
    addresses: server.addresses,
    async close() {
      await watcher.close();
      await settled();
      await server.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Runs `load` after changes have settled, never twice at once, and once more for what changed meanwhile. */
function oneAtATime(
  load: () => Promise<void>,
  onProblem: (text: string) => void,
): { change: () => void; settled: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  const start = (): void => {
    if (running !== undefined) {
      again = true;
      return;
    }
    running = load()
      .catch((error: unknown) => onProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        running = undefined;
        if (again) start();
        again = false;
      });
  };
  return {
    change() {
      clearTimeout(timer);
      timer = setTimeout(start, SETTLE);
    },
    async settled() {
      clearTimeout(timer);
      again = false;
      await running;
    },
  };
}

/** Reads the zone files of a release that are not served yet in this state; drops zones that are gone. */
function loadZones(
  release: string,
  manifest: Manifest,
  served: Map<DomainName, { readonly content: string; readonly serial: number; readonly zone: ServedZone }>,
): DomainName[] {
  const changed: DomainName[] = [];
  for (const apex of [...served.keys()]) {
    if (manifest.zones.has(apex)) continue;
    served.delete(apex);
    changed.push(apex);
  }
  for (const { zone } of manifest.zones.values()) {
    const { apex, content, serial } = zone;
    const known = served.get(apex);
    if (known?.content === content && known.serial === serial) continue;
    served.set(apex, { content, serial, zone: loadZone(join(release, zoneFilePath(apex)), apex) });
    changed.push(apex);
  }
  return changed;
}
