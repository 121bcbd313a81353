import type { DomainName } from '../dns/name.ts';
import { checkPolicy, layersFor, type ProjectConfig } from './config.ts';
import type { Document } from './document/document.ts';
import { readGenerate } from './document/generate.ts';
import { mergeLayers, type SettingsLayer } from './document/layer.ts';
import { type Given, mergeTemplates } from './document/merge.ts';
import { newRecords, type Records, readEntry, recordsReader } from './document/records.ts';
import { findingsOf, newReport, type Report, report, reportProblems } from './document/report.ts';
import { ZONE_TTL } from './document/rrset.ts';
import { map, readGroup } from './document/setting.ts';
import { soaRRset } from './document/soa-rrset.ts';
import { useTemplate } from './document/template.ts';
import type { Use } from './document/use.ts';
import { readWaivers } from './document/waiver.ts';
import { misplacedName, zoneKeys } from './document/zone-keys.ts';
import type { Finding } from './finding.ts';
import type { ZoneSettings } from './settings.ts';
import type { SourceFile, Span } from './source.ts';
import { readYaml } from './yaml/read.ts';
import type { Zone } from './zone.ts';

/** What a zone's document refers to. */
export interface ReadContext {
  readonly config: ProjectConfig;
  /** The file of a template; `undefined` where there is none. The same file should be the same object for every zone. */
  readonly template: (name: string) => SourceFile | undefined;
}

/** What became of a zone's document. */
export interface ZoneReading {
  /**
   * The zone, without what could not be read; `undefined` where so little could be read that checks would mislead: where
   * the text is not YAML, or an entry is lost to a fault of its syntax.
   */
  readonly zone: Zone | undefined;
  readonly findings: Finding[];
  /** The names of the templates that the zone uses, also of those that do not exist. */
  readonly templates: readonly string[];
}

/**
 * Reads a zone's document, with its templates and the configuration, into RRsets. Everything that is wrong is a finding;
 * nothing is thrown. The zone and the findings depend on nothing but the arguments.
 */
export function readZone(source: SourceFile, apex: DomainName, context: ReadContext): ZoneReading {
  let to = newReport(apex);
  let records = newRecords(apex);
  const settingsAt = new Map<string, Span>();
  const open = () => {
    to = newReport(apex);
    records = newRecords(apex);
    const reader = recordsReader({ source, apex, report: to }, apex, records);
    return readEntry.bind(undefined, reader);
  };
  const { root, problems, complete, apart } = readYaml(source.text, { stream: { key: 'records', open } });
  reportProblems(to, source, problems);
  if (root === undefined) return { zone: undefined, findings: findingsOf(to), templates: [] };
  const document: Document = { source, apex, report: to, settingsAt };
  const empty = root.kind === 'scalar' && root.style === 'empty';
  const found = empty ? undefined : map(root, document, 'the zone document');
  if (found === undefined && !empty) return { zone: undefined, findings: findingsOf(to), templates: [] };
  const read = found === undefined ? {} : readGroup(found, zoneKeys, document, 'the zone document', '', misplacedName);
  const reader = recordsReader(document, apex, records);
  if (read.generate !== undefined) readGenerate(reader, read.generate);
  if (read.waive !== undefined) records.waivers.push(...readWaivers(document, apex, true, read.waive));
  const { zone: _, use = [], waive: __, records: ___, generate: ____, ...own } = read;
  // Records are no setting, and where they end moves with each of them.
  settingsAt.delete('records');
  const layer: SettingsLayer = { ...own, settingsAt };
  checkPolicy(layer, context.config, to);
  const merged = mergeLayers([...layersFor(context.config, apex), layer]);
  mergeTemplates(records, giveTemplates(use, apex, context, to), to);
  // A document whose records are lost to a mistake is not empty, and that has been said.
  if (to.findings.length === 0 && isEmpty(records)) {
    report(
      to,
      'empty-document',
      { source, start: 0, end: 0 },
      {
        message: 'the zone has no records',
        fix: 'write "records:" with at least the NS of the zone, or delete the file if the zone is given up',
      },
    );
  }
  const settings = checkSerial(merged.settings, settingsAt, to, source);
  const findings = findingsOf(to);
  const plain = apart && findings.length === 0 && use.length === 0 && read.generate === undefined;
  const zone = complete ? { ...zoneOf(source, apex, settings, merged.settingsAt, records), plain } : undefined;
  return { zone, findings, templates: [...new Set(use.map(({ template }) => template))] };
}

function giveTemplates(uses: readonly Use[], apex: DomainName, context: ReadContext, to: Report): Given[] {
  return uses.flatMap((use) => {
    const source = context.template(use.template);
    if (source !== undefined) return [{ use, records: useTemplate(use, source, apex, to) }];
    report(to, 'unknown-template', use.span, {
      message: `there is no template ${use.template}`,
      fix: `correct the name, or add templates/${use.template}.yaml`,
    });
    return [];
  });
}

function isEmpty({ names, aliases, redirects, unreadable }: Records): boolean {
  if (aliases.size + redirects.size + unreadable.size > 0) return false;
  for (const rrsets of names.values()) if (rrsets.length > 0) return false;
  return true;
}

/** A serial belongs into the document of a presigned zone, and only there. */
function checkSerial(
  settings: ZoneSettings,
  settingsAt: ReadonlyMap<string, Span>,
  to: Report,
  source: SourceFile,
): ZoneSettings {
  const { soa, dnssec } = settings;
  if (dnssec === 'presigned') {
    if (soa.serial === undefined) {
      report(to, 'setting-value', settingsAt.get('dnssec') ?? { source, start: 0, end: 0 }, {
        message: 'a presigned zone needs its serial, which its signatures cover',
        fix: 'write "soa: { serial: ... }" with the serial that was signed',
      });
    }
    return settings;
  }
  if (soa.serial === undefined) return settings;
  report(to, 'setting-value', settingsAt.get('soa.serial') ?? { source, start: 0, end: 0 }, {
    message: 'the serial is chosen when a release is built; a document gives it only with "dnssec: presigned"',
    fix: `remove it, or write "serial_after: ${soa.serial}" if the next serial must come after it`,
  });
  return { ...settings, soa: { ...soa, serial: undefined } };
}

function zoneOf(
  source: SourceFile,
  apex: DomainName,
  settings: ZoneSettings,
  settingsAt: ReadonlyMap<string, Span>,
  records: Records,
): Zone {
  const { names, aliases, redirects, waivers, unreadable } = records;
  const { ttl } = settings;
  for (const rrsets of names.values()) {
    for (const rrset of rrsets) if (rrset.ttl === ZONE_TTL) (rrset as { ttl: number }).ttl = ttl;
  }
  names.set(apex, [soaRRset(source, apex, settings, settingsAt, names.get(apex) ?? []), ...(names.get(apex) ?? [])]);
  const withTtl = <T extends { readonly ttl: number }>(each: T): T => (each.ttl === ZONE_TTL ? { ...each, ttl } : each);
  return {
    apex,
    source,
    settings,
    settingsAt,
    names,
    aliases: [...aliases.values()].map(withTtl),
    redirects: [...redirects.values()].map(withTtl),
    waivers,
    unreadable,
  };
}
