import { DnsSyntaxError } from '../../dns/fault.ts';
import { type DomainName, displayName, parseName, ROOT, relativeName } from '../../dns/name.ts';
import { rdataFromData, rdataFromText, rdataToData, rdataToText } from '../../dns/rdata.ts';
import { tagOf } from '../../pipeline/origin/differences.ts';
import type { ChangedZone, Refusal } from '../../pipeline/origin/outcome.ts';
import type { RRsetView, ZoneSummary, ZoneView } from '../../pipeline/origin/view.ts';
import { plainText } from '../../pipeline/origin/written.ts';
import { findingToJson } from '../../pipeline/report/json.ts';
import { formOf } from '../../zone/document/form.ts';
import type { NewValue } from '../../zone/edit/change.ts';
import type { Finding } from '../../zone/finding.ts';
import type { ZoneSettings } from '../../zone/settings.ts';

/** A zone's name as the API writes it: A-labels, without the final dot. */
export function zoneText(zone: DomainName): string {
  return zone === ROOT ? ROOT : zone.slice(0, -1);
}

/** Reads the name of a zone from a path or a body. */
export function readZoneName(text: string): DomainName | Refusal {
  try {
    return parseName(text.endsWith('.') ? text : `${text}.`);
  } catch (fault) {
    return misfit(fault, 'name', 0);
  }
}

/** Reads an owner: relative to the zone, `@`, or absolute with a final dot. */
export function readOwner(text: string, zone: DomainName, at = 0): DomainName | Refusal {
  try {
    return text === '' ? zone : parseName(text, zone);
  } catch (fault) {
    return misfit(fault, 'owner', at);
  }
}

/** What a text that cannot be read is answered with. */
export function misfit(fault: unknown, field: string, at: number): Refusal {
  if (!(fault instanceof DnsSyntaxError)) throw fault;
  return { kind: 'invalid', message: fault.message, fix: fault.fix, at, field };
}

/** A value as a body may have it: presentation form, fields, or either with options. */
export type ValueBody = string | { readonly [key: string]: unknown };

/** Reads a value of a body. */
export function readValue(body: ValueBody, type: string, zone: DomainName, at: number): NewValue | Refusal {
  try {
    if (typeof body === 'string') return { text: writtenText(body, type, zone) };
    const { value, nodes, proxied, ...fields } = body;
    const options =
      nodes === undefined && proxied === undefined
        ? {}
        : { options: { nodes: nodes as string[] | undefined, proxied: proxied === true } };
    if (typeof value === 'string') {
      const unknown = Object.keys(fields)[0];
      if (unknown !== undefined)
        return invalid(`${JSON.stringify(unknown)} is no option of a value`, 'use "nodes" and "proxied"', 'value', at);
      return { text: writtenText(value, type, zone), ...options };
    }
    const form = formOf(type);
    if (form === undefined || form.meta)
      return invalid(`${type} has no fields`, 'write the value as text', 'value', at);
    const rdata = rdataFromData(form.code, new Map(Object.entries(fields)), zone);
    return { text: plainText(form.code, rdata), ...options };
  } catch (fault) {
    return misfit(fault, 'value', at);
  }
}

/** What is written into the document: the bare text of a TXT in quotes, as a person would write it. */
function writtenText(text: string, type: string, zone: DomainName): string {
  const form = formOf(type);
  if (form?.text !== true || !text.startsWith('"')) return text;
  return plainText(form.code, rdataFromText(form.code, text, zone));
}

function invalid(message: string, fix: string, field: string, at: number): Refusal {
  return { kind: 'invalid', message, fix, at, field };
}

/** An RRset as the API shows it. */
export function rrsetJson(rrset: RRsetView, zone: DomainName): Record<string, unknown> {
  const { owner, type, ttl, values, from } = rrset;
  const form = formOf(type);
  const options = values.some((value) => value.options !== undefined);
  return {
    name: relativeName(owner, zone),
    fqdn: owner,
    type,
    ttl,
    values: values.map((value) => (value.rdata === undefined ? value.text : rdataToText(form?.code ?? 0, value.rdata))),
    ...(form !== undefined && {
      data: values.map((value) => (value.rdata === undefined ? {} : rdataToData(form.code, value.rdata))),
    }),
    ...(options && {
      options: values.map((value) => ({
        ...(value.options?.nodes !== undefined && { nodes: value.options.nodes }),
        proxied: value.options?.proxied ?? false,
      })),
    }),
    from,
    etag: tagOf(rrset),
  };
}

/** What a zone is, as the API shows it. */
export function zoneJson(view: ZoneView, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: zoneText(view.zone),
    display_name: zoneText(displayName(view.zone) as DomainName),
    path: view.path,
    etag: view.tag,
    commit: view.commit ?? null,
    records: view.records(),
    ...settingsJson(view.settings),
    ...more,
  };
}

/** The settings of a zone as the API shows and takes them. */
function settingsJson({ ttl, soa, dnssec, owners }: ZoneSettings): Record<string, unknown> {
  const { primary, contact, refresh, retry, expire, minimum } = soa;
  return {
    ttl,
    soa: { primary: primary ?? null, contact: contact ?? null, refresh, retry, expire, minimum },
    dnssec,
    owners,
  };
}

/** A zone in a list. */
export function summaryJson(summary: ZoneSummary): Record<string, unknown> {
  const { zone, path, tag, records, owners, dnssec, errors, warnings } = summary;
  return { name: zoneText(zone), path, etag: tag, records, owners, dnssec, errors, warnings };
}

/** The findings of a change: those that do not stop it. */
export function findingsJson(findings: readonly Finding[]): Record<string, unknown>[] {
  return findings
    .filter(({ waived }) => waived === undefined)
    .slice(0, 100)
    .map(findingToJson);
}

/** What became of zones, RRset by RRset. */
export function changedJson(zones: readonly ChangedZone[]): Record<string, unknown>[] {
  return zones.map(({ zone, before, view, touched }) => ({
    name: zoneText(zone),
    change: before === undefined ? 'create' : view === undefined ? 'delete' : 'update',
    etag: view?.tag ?? null,
    rrsets: differences(before, view, touched).map(([old, now]) => ({
      change: old === undefined ? 'create' : now === undefined ? 'delete' : 'update',
      existing: old === undefined ? null : rrsetJson(old, zone),
      desired: now === undefined ? null : rrsetJson(now, zone),
    })),
  }));
}

function differences(
  before: ZoneView | undefined,
  after: ZoneView | undefined,
  touched: ChangedZone['touched'],
): [RRsetView | undefined, RRsetView | undefined][] {
  const keyOf = ({ owner, type }: Pick<RRsetView, 'owner' | 'type'>): string => `${owner} ${type}`;
  const found = (view: ZoneView | undefined): readonly RRsetView[] =>
    touched === undefined
      ? (view?.rrsets() ?? [])
      : touched.flatMap(({ owner, type }) => view?.rrset(owner, type) ?? []);
  const old = new Map(found(before).map((rrset) => [keyOf(rrset), rrset]));
  const now = new Map(found(after).map((rrset) => [keyOf(rrset), rrset]));
  const pairs: [RRsetView | undefined, RRsetView | undefined][] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(key), now.get(key)];
    if (a === undefined || b === undefined || tagOf(a) !== tagOf(b)) pairs.push([a, b]);
  }
  return pairs;
}
