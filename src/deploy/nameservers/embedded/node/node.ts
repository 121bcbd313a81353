import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServedZone } from '../../../../dns/answer/served-zone.ts';
import { DnsSyntaxError } from '../../../../dns/fault.ts';
import { type DomainName, parseName } from '../../../../dns/name.ts';
import { NODE_EXIT, RELEASE_ID, TOKEN } from '../../../node/protocol.ts';
import type { CommandResult } from '../../../node/transport.ts';
import { type Release, type ReleaseFile, zoneFileOnNode } from '../../../release/release.ts';
import type { ListenFault, SocketAddress } from '../address.ts';
import { startNameServer } from '../server.ts';
import { loadZone } from '../zone-loader.ts';
import { openNodeFolder, Refusal } from './folder.ts';
import { openSaid, type Said } from './said.ts';

/** What an embedded node is made of. */
export interface EmbeddedNodeSettings {
  readonly name: string;
  /** Its folder; see `src/deploy/node/protocol.ts`. */
  readonly root: string;
  readonly listen: SocketAddress;
  /** Reads a release from what `manifest` prints of it. */
  readonly readRelease: (printed: string) => Release;
  /** Zones that were read before, by path and digest: nodes of one process share them. */
  readonly zones?: Map<string, ServedZone>;
  /** Is told what the node announces and serves, when it changes. */
  readonly onChange?: (state: { readonly announced: boolean; readonly served: string | undefined }) => void;
}

/**
 * A node for demonstrations and tests: the embedded name server, and announcements that nobody hears: they are simulated by
 * a file. It understands all that `zonewright-node` does.
 */
export interface EmbeddedNode {
  readonly kind: 'listening';
  readonly address: SocketAddress;
  readonly root: string;
  /** Runs a command as `zonewright-node` does. Never throws. */
  readonly command: (words: readonly string[], input: string) => CommandResult;
  close(): Promise<void>;
}

/** The mark of a node that announces. */
const ANNOUNCED = 'simulated-announcement';
/** Says `down` where nobody hears of what it announces. */
const SESSIONS = 'simulated-sessions';

/** Starts an embedded node; it serves what `current` points to. */
export async function startEmbeddedNode(settings: EmbeddedNodeSettings): Promise<EmbeddedNode | ListenFault> {
  const { name, root, readRelease } = settings;
  const folder = openNodeFolder(root);
  const known = settings.zones ?? new Map<string, ServedZone>();
  let served = new Map<DomainName, ServedZone>();
  let servedRelease: string | undefined;
  // One that starts anew announces only what was verified, as `may-announce` has it.
  if (!folder.mayAnnounce()) folder.setMark(ANNOUNCED, undefined);
  const announced = (): boolean => folder.mark(ANNOUNCED) === 'yes';
  const told = (): void => settings.onChange?.({ announced: announced(), served: servedRelease });

  const zoneFrom = (id: string, apex: DomainName, file: ReleaseFile, path: string): ServedZone => {
    const key = `${file.sha256} ${apex}`;
    let zone = known.get(key);
    if (zone === undefined) {
      zone = loadZone(join(folder.releasePath(id), path), apex);
      known.set(key, zone);
    }
    return zone;
  };
  const zonesOf = (id: string, only?: ReadonlySet<DomainName>): Map<DomainName, ServedZone> => {
    const release = readRelease(folder.manifest(id));
    const zones = new Map<DomainName, ServedZone>();
    for (const [apex, { zone }] of release.zones) {
      if (only !== undefined && !only.has(apex)) continue;
      const file = zoneFileOnNode(zone, name);
      const path = zone.files.find((each) => each.path.startsWith('zones/'))?.path;
      if (file !== undefined && path !== undefined) zones.set(apex, zoneFrom(id, apex, file, path));
    }
    return zones;
  };
  const currentRelease = (): string => {
    const current = folder.current();
    if (current === undefined) throw new Refusal('there is no release to load');
    return current;
  };
  const serve = (zones: Map<DomainName, ServedZone>, id: string): void => {
    served = zones;
    servedRelease = id;
    told();
  };
  const load = (input: string): void => {
    const current = currentRelease();
    const asked = new Set(namesIn(input));
    const next = new Map(served);
    const fresh = zonesOf(current, asked);
    for (const apex of asked) {
      const zone = fresh.get(apex);
      if (zone === undefined) next.delete(apex);
      else next.set(apex, zone);
    }
    serve(next, current);
  };
  const announce = (on: boolean): void => {
    if (on && !folder.mayAnnounce()) throw new Refusal('what it serves was not verified, or it is drained');
    folder.setMark(ANNOUNCED, on ? 'yes' : undefined);
    told();
  };

  const start = folder.current();
  if (start !== undefined && existsSync(folder.releasePath(start))) {
    served = zonesOf(start);
    servedRelease = start;
  }
  const server = await startNameServer({ listen: [settings.listen], zones: () => served });
  if (server.kind === 'fault') return server;
  told();

  const withId = (id: string | undefined, then: (id: string) => string | undefined): string => {
    if (id === undefined || !RELEASE_ID.test(id)) throw new Refusal('not the name of a release', NODE_EXIT.unknown);
    return then(id) ?? '';
  };
  /** What reads, and so needs no lock. */
  const reading = (words: readonly string[]): string | undefined => {
    switch (words.join(' ')) {
      case 'ask':
        return folder.state();
      case 'may-announce':
        if (!folder.mayAnnounce()) throw new Refusal('it must not announce');
        return '';
      case 'embedded state':
        return 'running\n';
      case 'simulated state':
        return !announced() ? 'withdrawn\n' : folder.mark(SESSIONS) === 'down' ? 'down\n' : 'announced\n';
    }
    const [verb, id] = words;
    if (verb !== 'manifest' || words.length !== 2) return undefined;
    return withId(id, (release) => folder.manifest(release));
  };
  const changing = (words: readonly string[], said: Said): string => {
    const [verb = '', first, second, third, ...rest] = words;
    if (rest.length > 0 || (third !== undefined && verb !== 'prepare' && verb !== 'renew'))
      throw new Refusal('no such command', NODE_EXIT.unknown);
    const idOrNone = (text: string | undefined): string | undefined =>
      text === '-' ? undefined : withId(text, (it) => it);
    switch (verb === 'embedded' || verb === 'simulated' ? `${verb} ${first}` : verb) {
      case 'unlock':
        folder.unlock();
        return '';
      case 'prepare':
        return withId(
          first,
          (id) => `${folder.prepare(id, idOrNone(second), idOrNone(third), linesOf(said.rest()))}\n`,
        );
      case 'renew':
        return withId(first, (id) => withId(second, (base) => void folder.renew(id, base, idOrNone(third), said)));
      case 'seal':
        return withId(first, (id) => void folder.seal(id, linesOf(said.rest())));
      case 'hold':
        folder.keepBase(first === '-' ? '-' : withId(first, (id) => id));
        return '';
      case 'switch':
        return withId(first, (id) => void folder.switchTo(id));
      case 'verified':
        return withId(first, (id) => void folder.markVerified(id));
      case 'unhold':
        folder.letGo();
        return '';
      case 'remove':
        return withId(first, (id) => void folder.remove(id));
      case 'mode':
        folder.setMode(first ?? '');
        return '';
      case 'embedded check':
        return withId(second, (id) => void zonesOf(id));
      case 'embedded reload':
        serve(zonesOf(currentRelease()), currentRelease());
        return '';
      case 'embedded load':
        load(said.rest());
        return '';
      case 'simulated announce':
        announce(true);
        return '';
      case 'simulated withdraw':
        announce(false);
        return '';
    }
    throw new Refusal('no such command', NODE_EXIT.unknown);
  };
  const dispatch = (words: readonly string[], said: Said): string => {
    const [verb = '', token = '', ...rest] = words;
    if (verb === 'lock' && TOKEN.test(token) && rest.length === 0) {
      const holder = folder.lock(token, said.line() || 'somebody');
      if (holder !== undefined) throw new Refusal(holder, NODE_EXIT.locked);
      return '';
    }
    if (verb === 'break-lock' && words.length === 1) {
      folder.unlock();
      return '';
    }
    const asked = verb === 'as' ? rest : words;
    if (verb === 'as' && !folder.holdsLock(token)) throw new Refusal('the lock is gone', NODE_EXIT.locked);
    const read = reading(asked);
    if (read !== undefined) return read;
    if (verb !== 'as') throw new Refusal('no such command without the lock', NODE_EXIT.unknown);
    return changing(asked, said);
  };
  /** One command, or several with "then" between them. */
  const obey = (words: readonly string[], said: Said, print: (text: string) => void): void => {
    const prefix = words[0] === 'as' ? words.slice(0, 2) : [];
    let command: string[] = [];
    for (const word of words.slice(prefix.length)) {
      if (word !== 'then') {
        command.push(word);
        continue;
      }
      print(dispatch([...prefix, ...command], said));
      print('then\n');
      command = [];
    }
    print(dispatch([...prefix, ...command], said));
  };
  return {
    kind: 'listening',
    address: server.addresses[0] as SocketAddress,
    root,
    command(words, input) {
      let stdout = '';
      try {
        obey(words, openSaid(input), (text) => {
          stdout += text;
        });
        return { status: NODE_EXIT.ok, stdout, stderr: '' };
      } catch (error) {
        const { status, ...said } = failed(error);
        return { status, stdout: stdout + said.stdout, stderr: said.stderr };
      }
    },
    close: () => server.close(),
  };
}

function failed(error: unknown): CommandResult {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Refusal)) return { status: NODE_EXIT.failed, stdout: '', stderr: message };
  const { status } = error;
  return status === NODE_EXIT.locked
    ? { status, stdout: message, stderr: '' }
    : { status, stdout: '', stderr: message };
}

function linesOf(input: string): string[] {
  return input.split('\n').filter((line) => line !== '');
}

function namesIn(input: string): DomainName[] {
  return linesOf(input).map((line) => {
    try {
      return parseName(line);
    } catch (error) {
      if (error instanceof DnsSyntaxError) throw new Refusal('not a zone', NODE_EXIT.unknown);
      throw error;
    }
  });
}
