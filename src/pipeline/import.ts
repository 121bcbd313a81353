import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { transferZone } from '../deploy/transfer.ts';
import { DnsSyntaxError } from '../dns/fault.ts';
import type { ResourceRecord } from '../dns/message/message.ts';
import type { TsigKey } from '../dns/message/tsig.ts';
import { type DomainName, displayName, parseName } from '../dns/name.ts';
import { octets, type Rdata } from '../dns/octets.ts';
import type { RRset } from '../dns/rrset.ts';
import type { Finding } from '../zone/finding.ts';
import { type Imported, importedDocument } from '../zone/import/document.ts';
import { type ImportedZone, importMaster } from '../zone/import/master.ts';
import { importOctodns } from '../zone/import/octodns.ts';
import { zoneFileName } from '../zone/layout.ts';
import { documentChunks } from '../zone/write.ts';
import { decodeUtf8 } from '../zone/yaml/utf8.ts';
import { confinedInclude } from './import-files.ts';

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

/** What an import did. Sources are taken one by one: one that is refused leaves the others as they are. */
export interface ImportReport {
  readonly files: readonly ImportedFile[];
  readonly findings: readonly Finding[];
  /** Servers that could not be reached, in words. */
  readonly unavailable: readonly string[];
}

/**
 * Turns master files, octoDNS YAML and zone transfers into zone documents. A document is written whole or not at all, and
 * never over another one unless `force` says so.
 */
export async function importZones(request: ImportRequest): Promise<ImportReport> {
  const files: ImportedFile[] = [];
  const findings: Finding[] = [];
  const unavailable: string[] = [];
  for (const source of request.sources.flatMap(expandFolder)) {
    const read = await readSource(source, request);
    if (typeof read === 'string') {
      unavailable.push(read);
      continue;
    }
    findings.push(...read.findings);
    if (read.zone === undefined) continue;
    const file = join(request.out, `${zoneFileName(read.zone.apex)}.yaml`);
    if (existsSync(file) && !request.force) {
      findings.push(
        atStart(
          source,
          'import-exists',
          `${file} is there already`,
          'give --force to replace it, or another folder with --out',
        ),
      );
      continue;
    }
    files.push(writeZone(read.zone, source, file));
  }
  return { files, findings, unavailable };
}

/** The files of a folder that look like zones: `*.yaml`, `*.zone`, `*.db`, `db.*`. */
function expandFolder(source: string): string[] {
  if (source === '-' || source.startsWith('axfr://') || !existsSync(source) || !statSync(source).isDirectory())
    return [source];
  return readdirSync(source)
    .filter((name) => /\.(ya?ml|zone|db)$|^db\./i.test(name))
    .sort()
    .map((name) => join(source, name));
}

async function readSource(source: string, request: ImportRequest): Promise<ImportedZone | string> {
  if (source.startsWith('axfr://')) return readTransfer(source, request);
  let bytes: Buffer;
  try {
    bytes = source === '-' ? readFileSync(0) : readFileSync(source);
  } catch (error) {
    return refused(
      atStart(
        source,
        'import-unreadable',
        `${source} cannot be read: ${(error as Error).message}`,
        'name a file that can be read',
      ),
    );
  }
  if (/\.ya?ml$/i.test(source)) return readOctodns(source, bytes, request.zone);
  const include = confinedInclude(request.include ?? (source === '-' ? '.' : dirname(resolve(source))));
  const master = { name: source, octets: octets(bytes.toString('latin1')) };
  const known = importMaster(master, request.zone, include);
  if (
    known.zone !== undefined ||
    request.zone !== undefined ||
    !known.findings.some((finding) => finding.rule === 'import-zone-name')
  )
    return known;
  const guess = zoneOfFileName(basename(source));
  if (guess === undefined) return known;
  const again = importMaster(master, guess, include);
  const said = atStart(
    source,
    'import-zone-name',
    `taken as the zone ${displayName(guess)} from the name of the file`,
    'name the zone with --zone if it is another one',
  );
  return { ...again, findings: [{ ...said, severity: 'info' }, ...again.findings] };
}

function refused(finding: Finding): ImportedZone {
  return { zone: undefined, findings: [finding] };
}

function atStart(file: string, rule: string, message: string, fix: string): Finding {
  return { rule, severity: 'error', message, fix, place: { file, line: 1, column: 1, endLine: 1, endColumn: 1 } };
}

/** The zone that a file is commonly named after: `db.example.com`, `example.com.zone`, `example.com.db`, `example.com`. */
function zoneOfFileName(name: string): DomainName | undefined {
  const bare = name
    .replace(/^(db|zone|pri|named)\.(?=.)/, '')
    .replace(/\.(zone|db|hosts|txt|master|signed|zonefile)$/gi, '');
  try {
    return bare.includes('.') || bare !== name ? parseName(`${bare.replace(/\.$/, '')}.`) : undefined;
  } catch {
    return undefined;
  }
}

function readOctodns(source: string, bytes: Buffer, zone: DomainName | undefined): ImportedZone {
  const decoded = decodeUtf8(bytes);
  const [encoding] = decoded.problems;
  if (encoding !== undefined) return refused(atStart(source, 'file-encoding', encoding.message, encoding.fix));
  try {
    const apex =
      zone ??
      parseName(
        `${basename(source)
          .replace(/\.ya?ml$/i, '')
          .replace(/\.$/, '')}.`,
      );
    return importOctodns({ path: source, text: decoded.text }, apex);
  } catch (fault) {
    if (!(fault instanceof DnsSyntaxError)) throw fault;
    return refused(atStart(source, 'import-zone-name', fault.message, 'name the zone with --zone'));
  }
}

async function readTransfer(source: string, request: ImportRequest): Promise<ImportedZone | string> {
  const parts = /^axfr:\/\/(\[[0-9a-fA-F:.]+\]|[^/:@]+)(?::(\d{1,5}))?\/([^/?#]+)$/.exec(source);
  const port = Number(parts?.[2] ?? 53);
  let apex: DomainName | undefined;
  try {
    apex =
      request.zone ??
      (parts?.[3] === undefined ? undefined : parseName(`${decodeURIComponent(parts[3]).replace(/\.$/, '')}.`));
  } catch {
    apex = undefined;
  }
  if (parts === null || apex === undefined || port < 1 || port > 65535) {
    return refused(
      atStart(
        source,
        'import-address',
        `${source} is not the address of a zone`,
        'write axfr://host[:port]/zone, an IPv6 address in brackets',
      ),
    );
  }
  const rrsets = new Map<DomainName, GrowingRRset[]>();
  const host = (parts[1] as string).replace(/^\[|\]$/g, '');
  const done = await transferZone(
    { server: { host, port }, zone: apex, ...(request.key !== undefined && { key: request.key }) },
    (record) => {
      addRecord(rrsets, record);
    },
  );
  if (done.kind !== 'complete') return `${source}: ${done.message}`;
  return { zone: { apex, rrsets }, findings: [] };
}

/** An RRset that is being filled: a transfer can bring tens of thousands of records for one. */
type GrowingRRset = RRset & { readonly rdatas: Rdata[] };

function addRecord(rrsets: Map<DomainName, GrowingRRset[]>, { owner, type, ttl, rdata }: ResourceRecord): void {
  const of = rrsets.get(owner);
  const known = of?.find((rrset) => rrset.type === type);
  if (of === undefined) rrsets.set(owner, [{ owner, type, ttl, rdatas: [rdata] }]);
  else if (known === undefined) of.push({ owner, type, ttl, rdatas: [rdata] });
  else known.rdatas.push(rdata);
}

function writeZone(zone: Imported, source: string, file: string): ImportedFile {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  const descriptor = openSync(temporary, 'w', 0o644);
  try {
    let pending = '';
    for (const chunk of documentChunks(importedDocument(zone, schemaFrom(dirname(file))))) {
      pending += chunk;
      if (pending.length < 1 << 20) continue;
      writeSync(descriptor, pending);
      pending = '';
    }
    writeSync(descriptor, pending);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  let records = 0;
  for (const rrsets of zone.rrsets.values()) for (const rrset of rrsets) records += rrset.rdatas.length;
  return { zone: zone.apex, source, file, names: zone.rrsets.size, records };
}

/** The path from a folder to the schema of zone documents, where the repository has it. */
function schemaFrom(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const schema = join(at, 'schemas', 'zone.schema.json');
    if (existsSync(schema)) return relative(folder, schema).split(sep).join('/');
    if (dirname(at) === at || existsSync(join(at, 'zonewright.yaml')) || existsSync(join(at, '.git'))) return undefined;
  }
}
