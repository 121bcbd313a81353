import { createHash } from 'node:crypto';
import type { DomainName } from '../../dns/name.ts';
import { displayName } from '../../dns/name.ts';
import { zoneFileName } from '../../dns/zone-file.ts';
import { MANY_OWNERS } from '../../zone/amend/amend.ts';
import type { ProjectConfig } from '../../zone/config.ts';
import { settingsFor } from '../../zone/config.ts';
import type { ZoneChange } from '../../zone/edit/change.ts';
import { changeDocument } from '../../zone/edit/edit.ts';
import type { Zone } from '../../zone/zone.ts';
import type { RecordEdit, SettingEdits, ZoneOrder } from './order.ts';
import type { Refusal } from './outcome.ts';
import { type Resolved, resolveEdits, type TouchedRRset } from './resolve.ts';
import type { ZoneView } from './view.ts';

/** The text that an order makes of a zone's document, and what it touches. */
export interface Composed {
  readonly kind: 'composed';
  readonly text: string;
  readonly touched: readonly TouchedRRset[];
  readonly moved: Resolved['moved'];
}

/** Zones directly in `zones/` before new ones go to folders of their own: git writes a folder anew with every change. */
const FLAT = 200;

/**
 * Where the document of a new zone goes: `zones/`, or a folder in it once there are many zones. Which folder hangs on the
 * name alone, so that they fill evenly.
 */
export function pathOfNewZone(zone: DomainName, existing: { readonly size: number }): string {
  const base = `${zoneFileName(zone)}.yaml`;
  if (existing.size < FLAT) return `zones/${base}`;
  return `zones/${createHash('sha256').update(zone).digest('hex').slice(0, 2)}/${base}`;
}

/**
 * The document of a zone that is made. Without name servers of its own it has those of the configuration, unless its
 * templates have some (`named`).
 */
export function composeNew(
  order: ZoneOrder & { kind: 'make' },
  config: ProjectConfig,
  named: boolean,
): Composed | Refusal {
  const { zone, settings } = order;
  const edits = [...(order.edits ?? [])];
  const templates = [...new Set([...config.server.templates, ...(order.templates ?? [])])];
  const own = edits.some((edit) => 'type' in edit && edit.type === 'NS' && 'owner' in edit && edit.owner === zone);
  if (!own && !named) {
    const values = config.server.nameServers.map((text) => ({ text }));
    edits.unshift({ op: 'put', owner: zone, type: 'NS', ttl: undefined, values });
  }
  const ttl = settings?.ttl ?? settingsFor(config, zone).ttl;
  const ground = { zone, ttl, rrset: () => undefined, rrsetsAt: () => [] };
  return compose('records: {}\n', zone, ground, edits, { ...settings }, templates);
}

/** A zone's document after edits. */
export function composeEdit(view: ZoneView, edits: readonly RecordEdit[], settings: SettingEdits): Composed | Refusal {
  const { zone, text } = view;
  const ttl = settings.ttl ?? view.settings.ttl;
  return compose(
    text,
    zone,
    { zone, ttl, rrset: view.rrset, rrsetsAt: view.rrsetsAt },
    edits,
    settings,
    [],
    view.declared,
  );
}

function compose(
  text: string,
  zone: DomainName,
  ground: Parameters<typeof resolveEdits>[0],
  edits: readonly RecordEdit[],
  settings: SettingEdits,
  templates: readonly string[],
  declared?: Zone,
): Composed | Refusal {
  const resolved = resolveEdits(ground, edits);
  if (resolved.kind !== 'resolved') return resolved;
  const changes = [...settingChanges(settings, templates), ...resolved.changes];
  const large = declared !== undefined && declared.names.size >= MANY_OWNERS ? declared : undefined;
  const changed = changeDocument(text, zone, changes, large);
  if (changed.kind === 'refused')
    return {
      kind: 'invalid',
      message: `the document of ${displayName(zone)} cannot be changed by program: ${changed.message}`,
      fix: changed.fix,
      at: 0,
      field: 'document',
    };
  return { kind: 'composed', text: changed.text, touched: resolved.touched, moved: resolved.moved };
}

/** The changes of a document that settings come to. */
export function settingChanges({ ttl, dnssec, owners, soa }: SettingEdits, templates: readonly string[]): ZoneChange[] {
  const changes: ZoneChange[] = [];
  if (ttl !== undefined) changes.push({ kind: 'set', key: 'ttl', text: ttl === null ? undefined : String(ttl) });
  if (soa !== undefined && soa.size > 0) changes.push({ kind: 'set-soa', fields: soa });
  if (dnssec !== undefined)
    changes.push({ kind: 'set', key: 'dnssec', text: dnssec === null ? undefined : String(dnssec) });
  if (owners !== undefined) changes.push({ kind: 'set-list', key: 'owners', values: owners ?? [] });
  if (templates.length > 0) changes.push({ kind: 'set-list', key: 'use', values: templates });
  return changes;
}
