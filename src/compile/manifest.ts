import type { DomainName } from '../dns/name.ts';
import type { Serial } from '../dns/serial.ts';
import { list, ManifestError, nullable, object, parse, readApex, string, whole } from './manifest-fields.ts';

/** A file of a release. */
export interface ReleaseFile {
  /** From the top of the release, with `/`. */
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Octets. */
  readonly size: number;
}

/**
 * Where a serial comes from: `history`, the git history, which says the same on every machine, from the release before on
 * where that is a part of it; `previous`, also a release before that the history does not explain; `clock`, the time of a build with changes that were not committed; `document`, the
 * document itself, as in a zone that was signed elsewhere; `signing`, the time at which the zone was signed.
 */
export type SerialOrigin = 'history' | 'previous' | 'clock' | 'document' | 'signing';

/** What a release says about one of its zones. */
export interface ManifestZone {
  readonly apex: DomainName;
  readonly serial: Serial;
  readonly serialFrom: SerialOrigin;
  /** The commit that gave the zone this content; `null`: changes that were not committed. */
  readonly commit: string | null;
  /** SHA-256 over the document, its templates and the settings that hold for the zone. */
  readonly source: string;
  /** SHA-256 over the records without the serial: equal exactly where the zone says the same. */
  readonly content: string;
  /**
   * SHA-256 over what the compiler adds to the records: keys, how the zone is signed, DS of zones below. Equal exactly where
   * that is the same; `null` where nothing is added.
   */
  readonly signing: string | null;
  /** The delegations whose DS the compiler has put there. */
  readonly dsOf: readonly DomainName[];
  /** The number of records that a node serves which has none of its own. */
  readonly records: number;
  /** When the first signature expires, RFC 3339; `null` where nothing is signed. */
  readonly signaturesExpire: string | null;
  readonly files: readonly ReleaseFile[];
}

/**
 * A zone of a manifest: its line there, and what the line says, which is read when it is asked for. Of ten thousand zones
 * only those are read that have to do with a change.
 */
export interface ManifestEntry {
  readonly line: string;
  /** Throws a {@link ManifestError} where the line is damaged. */
  readonly zone: ManifestZone;
  /** Whether it is about a zone that was made from this, and how many records it has: found out without reading all of it. */
  isMadeFrom(made: MadeFrom): boolean;
  readonly records: number;
  /** Whether the compiler has added something to its records, and whether the release says something of its keys. */
  readonly isExtended: boolean;
  readonly hasKeys: boolean;
}

/** The table of contents of a release. */
export interface Manifest {
  /** The program that compiled it: `zonewright 1.0.0`. */
  readonly generator: string;
  /** The commit that was compiled; `null` outside of git. */
  readonly commit: string | null;
  /** Whether files differed from the commit. */
  readonly dirty: boolean;
  /** What belongs to no single zone. */
  readonly files: readonly ReleaseFile[];
  readonly zones: ReadonlyMap<DomainName, ManifestEntry>;
}

/** The file's name in a release. */
export const MANIFEST = 'manifest.json';

const FORMAT = '1.1';

/**
 * The manifest as it stands in a release (`schemas/manifest.schema.json`): zones and files in the order of their names, one a
 * line, no date: equal releases have equal manifests.
 */
export function printManifest(manifest: Manifest): string {
  const zones = [...inOrder(manifest.zones).values()].map(({ line }) => line);
  return `${printTop(manifest)}${printList(zones)}\n}\n`;
}

/** All that stands before the zones. */
function printTop(manifest: Manifest): string {
  const files = [...manifest.files].sort(byPath).map((file) => `    ${JSON.stringify(file)}`);
  return [
    '{',
    `  "format_version": "${FORMAT}",`,
    `  "generator": ${JSON.stringify(manifest.generator)},`,
    `  "commit": ${JSON.stringify(manifest.commit)},`,
    `  "dirty": ${manifest.dirty},`,
    `  "files": ${printList(files)},`,
    '  "zones": ',
  ].join('\n');
}

/** Of so many zones that differ each is looked for in the text. */
const LOOKED_FOR = 100;

/**
 * The same text as {@link printManifest} makes, from that of another manifest with the same zones, which was printed; `differ`:
 * those whose lines may differ.
 */
export function printFrom(
  before: { readonly manifest: Manifest; readonly text: string },
  manifest: Manifest,
  differ: readonly DomainName[],
): string {
  const { text } = before;
  const zones = text.indexOf(ZONES);
  if (zones < 0 || differ.length > LOOKED_FOR) return printManifest(manifest);
  let at = zones + ZONES.length;
  const pieces = [printTop(manifest), '[\n'];
  for (const apex of [...differ].sort()) {
    const [old, line] = [before.manifest.zones.get(apex)?.line, manifest.zones.get(apex)?.line];
    const found = old === undefined ? -1 : text.indexOf(old, at);
    if (old === undefined || line === undefined || found < 0) return printManifest(manifest);
    pieces.push(text.slice(at, found), line);
    at = found + old.length;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

/** Zones in the order of their names: the same map, where they are in it already. */
export function inOrder(zones: Manifest['zones']): Manifest['zones'] {
  let last = '';
  for (const apex of zones.keys()) {
    if (apex < last) return new Map([...zones].sort(([a], [b]) => (a < b ? -1 : 1)));
    last = apex;
  }
  return zones;
}

function printList(lines: readonly string[]): string {
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
}

/** The entry of a zone in a manifest. */
export function manifestEntry(zone: ManifestZone): ManifestEntry {
  const files = [...zone.files].sort(byPath);
  const { apex, serial, serialFrom, commit, source, content, signing, dsOf, records, signaturesExpire } = zone;
  const line = `${INDENT}${JSON.stringify({
    zone: apex,
    serial,
    serial_from: serialFrom,
    commit,
    source_sha256: source,
    content_sha256: content,
    signing_sha256: signing,
    ds_of: dsOf,
    records,
    signatures_expire: signaturesExpire,
    files,
  })}`;
  return {
    line,
    zone,
    isMadeFrom: (made) => isSame(made, zone),
    records,
    isExtended: signing !== null,
    hasKeys: line.includes(KEYS),
  };
}

/** Where a line names a file of `keys/`. */
const KEYS = '"keys/';

/** What a zone was made from. */
export type MadeFrom = Pick<ManifestZone, 'source' | 'content' | 'signing'>;

function isSame(a: MadeFrom, b: MadeFrom): boolean {
  return a.source === b.source && a.content === b.content && a.signing === b.signing;
}

const INDENT = '    ';

function byPath(a: ReleaseFile, b: ReleaseFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** A manifest that was read. */
export interface ReadManifest extends Manifest {
  /** The text without the lines of its zones; `undefined` where these have no lines, or none in the order of their names. */
  readonly top: string | undefined;
}

/**
 * Reads a manifest, which may come from anywhere: every field is checked when it is read, no path leads out of the release.
 * Entries of zones that are known are taken from there where their lines are the same.
 *
 * @throws ManifestError that says what is wrong.
 */
export function readManifest(text: string, known: Manifest['zones'] = new Map()): ReadManifest {
  const begin = text.indexOf(ZONES);
  // As it is printed every zone has its line; in any other form all of it is read.
  if (begin >= 0 && text.endsWith(END)) {
    const zones = readLines(text.slice(begin + ZONES.length, -END.length), known);
    if (zones === undefined) return readWhole(text);
    const top = detached(`${text.slice(0, begin)}${ZONES}${END}`);
    return { ...readTop(top), zones, top };
  }
  return readWhole(text);
}

/**
 * Puts the text of a manifest together again: `said` is the lines of its zones in any order, each with its end, and behind them
 * what {@link readManifest} has found without them.
 */
export function joinManifest(said: string): string {
  const begin = said.startsWith('{') ? 0 : said.indexOf('\n{') + 1;
  if (begin === 0) return said;
  const lines = said
    .slice(0, begin - 1)
    .split('\n')
    .map((line) => ({ line, apex: apexOf(line) ?? '' }))
    .sort((a, b) => (a.apex < b.apex ? -1 : 1))
    .map(({ line }) => line);
  return `${said.slice(begin, -END.length)}${lines.join(SEPARATOR)}${END}`;
}

/** The zones of lines as they are printed; `undefined` where they are anything else. */
function readLines(text: string, known: Manifest['zones']): Map<DomainName, ManifestEntry> | undefined {
  const zones = new Map<DomainName, ManifestEntry>();
  const former = known.entries();
  let next = former.next();
  let last = '';
  for (let at = 0; at <= text.length; ) {
    // Most lines are those of the manifest before, in their order: then they are not taken apart.
    while (next.done !== true && next.value[0] <= last) next = former.next();
    let [apex, entry]: [DomainName?, ManifestEntry?] = next.value ?? [];
    let end = at + (entry?.line.length ?? 0);
    // To cut it out and hold it against the other is quicker than to compare in place.
    if (entry === undefined || text.slice(at, end) !== entry.line || !isSeparated(text, end)) {
      const found = text.indexOf(SEPARATOR, at);
      end = found < 0 ? text.length : found;
      const line = text.slice(at, end);
      apex = apexOf(line);
      const same = apex === undefined ? undefined : known.get(apex);
      // Where most of the text is not needed, the line is one of its own.
      entry = same?.line === line ? same : lazyEntry(known.size > 0 ? detached(line) : line);
    }
    if (apex === undefined || entry === undefined || apex <= last) return undefined;
    zones.set(apex, entry);
    last = apex;
    at = end + SEPARATOR.length;
  }
  return zones;
}

/** The same text by itself: a part of another one keeps all of that in memory. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

/** What stands between the lines of zones. */
export const SEPARATOR = ',\n';

/** Whether a line ends at a place. */
function isSeparated(text: string, at: number): boolean {
  return at === text.length || text.startsWith(SEPARATOR, at);
}

/** What stands before the lines of zones as they are printed, and behind them. */
export const ZONES = '\n  "zones": [\n';
export const END = '\n  ]\n}\n';
const LINE_START = `${INDENT}{"zone":"`;

/** The zone of a line as it is printed; `undefined` where it is anything else. */
export function apexOf(line: string): DomainName | undefined {
  if (!line.startsWith(LINE_START) || !line.endsWith(']}')) return undefined;
  const apex = line.slice(LINE_START.length, line.indexOf('"', LINE_START.length));
  if (/^(\.|([!#%&'*+,/0-9:<=>?[\]^_`a-z{|}~-]{1,63}\.)+)$/.test(apex)) return apex as DomainName;
  const [escaped] = /^(?:[^"\\]|\\.)*/.exec(line.slice(LINE_START.length)) as RegExpExecArray;
  try {
    return readApex(JSON.parse(`"${escaped}"`));
  } catch {
    return undefined;
  }
}

/** The entry of a line as it is printed, which is read when something is asked for. */
export function lazyEntry(line: string): ManifestEntry {
  let zone: ManifestZone | undefined;
  /** What it was found to be made from. */
  let known: MadeFrom | undefined;
  let records: number | undefined;
  let hasKeys: boolean | undefined;
  return {
    line,
    get zone() {
      zone ??= readZone(object(parse(line), 'a zone'));
      return zone;
    },
    isMadeFrom(made) {
      if (known !== undefined) return isSame(made, known);
      const { source, content, signing } = made;
      const added = signing === null ? 'null' : `"${signing}"`;
      if (!line.includes(`"source_sha256":"${source}","content_sha256":"${content}","signing_sha256":${added}`))
        return false;
      known = { source, content, signing };
      return true;
    },
    get records() {
      records ??= Number.parseInt(line.slice(line.indexOf(RECORDS) + RECORDS.length), 10);
      return records;
    },
    get isExtended() {
      return !line.includes(NOT_EXTENDED);
    },
    get hasKeys() {
      hasKeys ??= line.includes(KEYS);
      return hasKeys;
    },
  };
}

const RECORDS = '"records":';
const NOT_EXTENDED = '"signing_sha256":null';

function readWhole(text: string): ReadManifest {
  const zones = new Map<DomainName, ManifestEntry>();
  for (const item of list(object(parse(text), 'the manifest').zones, 'zones')) {
    const zone = readZone(object(item, 'a zone'));
    zones.set(zone.apex, manifestEntry(zone));
  }
  return { ...readTop(text), zones, top: undefined };
}

/** What belongs to no zone. Throws a ManifestError. */
export function readTop(text: string): Omit<Manifest, 'zones'> {
  const top = object(parse(text), 'the manifest');
  const version = string(top.format_version, 'format_version');
  if (!/^1\.\d+$/.test(version)) throw new ManifestError(`its format_version is ${version}, not 1.x`, true);
  list(top.zones, 'zones');
  return {
    generator: string(top.generator, 'generator'),
    commit: nullable(top.commit, 'commit', COMMIT),
    dirty: top.dirty === true,
    files: list(top.files, 'files').map(readFile),
  };
}

const SHA256 = /^[0-9a-f]{64}$/;
const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ORIGINS: readonly unknown[] = ['history', 'previous', 'clock', 'document', 'signing'] satisfies SerialOrigin[];

function readZone(data: Readonly<Record<string, unknown>>): ManifestZone {
  const name = string(data.zone, 'zone');
  const serialFrom = data.serial_from;
  if (!ORIGINS.includes(serialFrom)) throw new ManifestError(`serial_from of ${name} is not known`);
  return {
    apex: readApex(name),
    serial: whole(data.serial, `serial of ${name}`, 0xffffffff) as Serial,
    serialFrom: serialFrom as SerialOrigin,
    commit: nullable(data.commit, `commit of ${name}`, COMMIT),
    source: string(data.source_sha256, `source_sha256 of ${name}`, SHA256),
    content: string(data.content_sha256, `content_sha256 of ${name}`, SHA256),
    // What came with version 1.1 is missing before that.
    signing: nullable(data.signing_sha256 ?? null, `signing_sha256 of ${name}`, SHA256),
    dsOf: list(data.ds_of ?? [], `ds_of of ${name}`).map((each) => readApex(string(each, `ds_of of ${name}`))),
    records: whole(data.records, `records of ${name}`, Number.MAX_SAFE_INTEGER),
    signaturesExpire: nullable(data.signatures_expire, `signatures_expire of ${name}`, DATE),
    files: list(data.files, `files of ${name}`).map(readFile),
  };
}

function readFile(item: unknown): ReleaseFile {
  const data = object(item, 'a file');
  const path = string(data.path, 'path');
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\0\\]/.test(part))) {
    throw new ManifestError('a path leads out of the release');
  }
  return {
    path,
    sha256: string(data.sha256, `sha256 of ${path}`, SHA256),
    size: whole(data.size, `size of ${path}`, Number.MAX_SAFE_INTEGER),
  };
}

/** Every file of a release, the manifest itself left out. Reads all of it. */
export function allFiles(manifest: Manifest): ReleaseFile[] {
  return [...manifest.files, ...[...manifest.zones.values()].flatMap(({ zone }) => zone.files)];
}
