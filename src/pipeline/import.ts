import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { diskError, ReleaseError } from '../compile/release/error.ts';
import { DnsSyntaxError } from '../dns/fault.ts';
import type { TsigKey } from '../dns/message/tsig.ts';
import { type DomainName, displayName, parseName } from '../dns/name.ts';
import { fromBuffer } from '../dns/octets.ts';
import { zoneFileName } from '../dns/zone-file.ts';
import type { Finding } from '../zone/finding.ts';
import { type Imported, importedDocument } from '../zone/import/document.ts';
import { type ImportedZone, importMaster } from '../zone/import/master.ts';
import { importOctodns, isOctodnsConfiguration } from '../zone/import/octodns.ts';
import type { SourceFile } from '../zone/source.ts';
import { documentChunks } from '../zone/write.ts';
import { decodeUtf8 } from '../zone/yaml/utf8.ts';
import { confinedInclude, readSource } from './import-files.ts';
import { expandSource, type ImportSource } from './import-sources.ts';
import { fetchZone, parseTransferAddress } from './import-transfer.ts';
import { replaceFile } from './replace-file.ts';

/** What is to be imported, and where to. */
export interface ImportRequest {
  /** Files, folders, `-` for standard input, `axfr://host[:port]/zone`. */
  readonly sources: readonly string[];
  /** The zone of the sources; `undefined`: what they say themselves. */
  readonly zone: DomainName | undefined;
  /** The folder that gets the documents. */
  readonly out: string;
  /** Whether documents that are there already are replaced. */
  readonly force: boolean;
  /** The folder that `$INCLUDE` may read from; `undefined`: that of each source. */
  readonly include: string | undefined;
  /** Signs zone transfers. */
  readonly key: TsigKey | undefined;
}

/** A document that was written. */
export interface ImportedFile {
  readonly zone: DomainName;
  readonly source: string;
  readonly file: string;
  readonly names: number;
  readonly records: number;
}

/** A server or a disk that would not do what was asked of it. */
export interface Unavailable {
  readonly source: string;
  readonly message: string;
  readonly fix: string;
}

/** What an import did. Sources are taken one by one: one that is refused leaves the others as they are. */
export interface ImportReport {
  readonly files: readonly ImportedFile[];
  readonly findings: readonly Finding[];
  readonly unavailable: readonly Unavailable[];
}

/**
 * Turns master files, octoDNS YAML and zone transfers into zone documents. A document is written whole or not at all, and
 * never over another one unless `force` says so.
 */
export async function importZones(request: ImportRequest): Promise<ImportReport> {
  const files: ImportedFile[] = [];
  const findings: Finding[] = [];
  const unavailable: Unavailable[] = [];
  for (const source of request.sources.flatMap(expandSource)) {
    const name = nameOf(source);
    const read = await readZone(source, request);
    if ('fix' in read) {
      unavailable.push({ source: name, ...read });
      continue;
    }
    findings.push(...read.findings);
    if (read.zone === undefined) continue;
    const file = join(request.out, `${zoneFileName(read.zone.apex)}.yaml`);
    const inTheWay = obstacle(read.zone.apex, name, file, files, request.force);
    if (inTheWay !== undefined) {
      findings.push(inTheWay);
      continue;
    }
    try {
      const { signed, ...written } = writeZone(read.zone, name, file);
      files.push(written);
      if (signed) findings.push(saySigned(name, read.zone.apex));
    } catch (error) {
      const refused = diskError(error, `write ${file}`);
      if (!(refused instanceof ReleaseError)) throw error;
      unavailable.push({
        source: name,
        message: refused.message,
        fix: 'free some space, or name another folder with --out',
      });
    }
  }
  return { files, findings, unavailable };
}

function nameOf(source: ImportSource): string {
  return source.kind === 'transfer' ? source.address : source.path;
}

async function readZone(
  source: ImportSource,
  request: ImportRequest,
): Promise<ImportedZone | Omit<Unavailable, 'source'>> {
  switch (source.kind) {
    case 'master':
      return readMaster(source.path, request);
    case 'octodns':
      return readOctodns(source, request.zone);
    case 'transfer':
      return readTransfer(source.address, request);
    case 'unreadable':
      return refused(unreadable(source.path, source.why));
  }
}

function readMaster(path: string, request: ImportRequest): ImportedZone {
  const octets = readSource(path);
  if ('kind' in octets) return refused(unreadable(path, octets.why));
  const include = confinedInclude(request.include ?? (path === '-' ? '.' : dirname(resolve(path))));
  const master = { name: path, octets: fromBuffer(octets) };
  const known = importMaster(master, request.zone, include);
  if (request.zone !== undefined || !known.findings.some(({ rule }) => rule === 'import-zone-name')) return known;
  const guess = zoneOfFileName(basename(path));
  if (guess === undefined) return known;
  const again = importMaster(master, guess, include);
  const said = `taken as the zone ${displayName(guess)} from the name of the file`;
  const note = atStart(path, 'import-zone-name', said, 'name the zone with --zone if it is another one', 'info');
  return { ...again, findings: [note, ...again.findings] };
}

/** The zone that a file is commonly named after: `db.example.com`, `example.com.zone`, `example.com.db`, `example.com`. */
function zoneOfFileName(name: string): DomainName | undefined {
  const bare = name
    .replace(/^(db|zone|pri|named)\.(?=.)/, '')
    .replace(/\.(zone|db|hosts|txt|master|signed|zonefile)$/gi, '');
  return bare.includes('.') || bare !== name ? nameIn(bare) : undefined;
}

/** A name without its final dot, or with it; `undefined` where it is none. */
function nameIn(text: string): DomainName | undefined {
  if (text === '') return undefined;
  try {
    return parseName(text.endsWith('.') ? text : `${text}.`);
  } catch (fault) {
    if (fault instanceof DnsSyntaxError) return undefined;
    throw fault;
  }
}

function readOctodns(
  { path, files, zone, found }: ImportSource & { kind: 'octodns' },
  asked: DomainName | undefined,
): ImportedZone {
  const sources: SourceFile[] = [];
  for (const file of files) {
    const octets = readSource(file);
    if ('kind' in octets) return refused(unreadable(file, octets.why));
    const { text, problems } = decodeUtf8(octets);
    const [encoding] = problems;
    if (encoding !== undefined) return refused(atStart(file, 'file-encoding', encoding.message, encoding.fix));
    sources.push({ path: file, text });
  }
  if (sources.length === 1 && isOctodnsConfiguration(sources[0] as SourceFile)) {
    const message = `${path} is a configuration of octoDNS, not a zone${found ? ', and is passed over' : ''}`;
    const fix = 'import the zones, from the folder that its YamlProvider names';
    return refused(atStart(path, 'import-octodns', message, fix, found ? 'info' : 'error'));
  }
  const apex = asked ?? nameIn(zone);
  if (apex !== undefined) return importOctodns(sources, apex);
  return refused(atStart(path, 'import-zone-name', `${path} is not named after a zone`, 'name the zone with --zone'));
}

async function readTransfer(
  source: string,
  request: ImportRequest,
): Promise<ImportedZone | Omit<Unavailable, 'source'>> {
  const address = parseTransferAddress(source);
  if (address === undefined) {
    const fix = 'write axfr://host[:port]/zone, an IPv6 address in brackets';
    return refused(atStart(source, 'import-address', `${source} is not the address of a zone`, fix));
  }
  const fetched = await fetchZone({ ...address, zone: request.zone ?? address.zone }, request.key);
  return 'fix' in fetched ? fetched : { zone: fetched, findings: [] };
}

/** Why a document may not be written; `undefined` where nothing is in its way. */
function obstacle(
  apex: DomainName,
  source: string,
  file: string,
  files: readonly ImportedFile[],
  force: boolean,
): Finding | undefined {
  const earlier = files.find(({ zone }) => zone === apex);
  if (earlier !== undefined) {
    const message = `${displayName(apex)} was imported from ${earlier.source} already`;
    return atStart(source, 'import-exists', message, 'import the zone from one of the two');
  }
  if (force || !existsSync(file)) return undefined;
  const fix = 'give --force to replace it, or another folder with --out';
  return atStart(source, 'import-exists', `${file} is there already`, fix);
}

function saySigned(source: string, apex: DomainName): Finding {
  return atStart(
    source,
    'import-signed',
    `${displayName(apex)} comes signed, and its signatures and serial are kept: "dnssec: presigned"`,
    'go on signing it elsewhere, or remove RRSIG, NSEC, NSEC3 and NSEC3PARAM and choose a policy',
    'info',
  );
}

function unreadable(path: string, why: string): Finding {
  return atStart(path, 'import-unreadable', `${path} ${why}`, 'name a file that can be read');
}

function refused(finding: Finding): ImportedZone {
  return { zone: undefined, findings: [finding] };
}

function atStart(
  file: string,
  rule: string,
  message: string,
  fix: string,
  severity: Finding['severity'] = 'error',
): Finding {
  return { rule, severity, message, fix, place: { file, line: 1, column: 1, endLine: 1, endColumn: 1 } };
}

function writeZone(zone: Imported, source: string, file: string): ImportedFile & { signed: boolean } {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const { document, names, records, signed } = importedDocument(zone, schemaFrom(folder));
  replaceFile(file, documentChunks(document));
  return { zone: zone.apex, source, file, names, records, signed };
}

/** The path from a folder to the schema of zone documents, where the repository has it. */
function schemaFrom(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const schema = join(at, 'schemas', 'zone.schema.json');
    if (existsSync(schema)) return relative(folder, schema).split(sep).join('/');
    if (dirname(at) === at || existsSync(join(at, 'zonewright.yaml')) || existsSync(join(at, '.git'))) return undefined;
  }
}
