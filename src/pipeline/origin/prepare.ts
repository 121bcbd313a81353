import { type DomainName, displayName, parentName } from '../../dns/name.ts';
import { NS } from '../../dns/types/ns.ts';
import type { FileChange } from '../../git/change.ts';
import type { Files } from '../../git/snapshot.ts';
import type { RecordValue } from '../../state/ids/notes.ts';
import type { ZoneChange as ZoneIdChange } from '../../state/ids/plan.ts';
import { changeDocument } from '../../zone/edit/edit.ts';
import { compareFindings, type Finding } from '../../zone/finding.ts';
import { findRRset } from '../../zone/zone.ts';
import type { Caller } from './caller.ts';
import { composeEdit, composeNew, pathOfNewZone } from './compose.ts';
import { changesOf, differences, holds, putBack, tagOf } from './differences.ts';
import { discreet, nearestZone } from './discreet.ts';
import type { ZoneDeed } from './message.ts';
import type { Mirror } from './mirror.ts';
import type { Order, Tags, ZoneOrder } from './order.ts';
import type { ChangedZone, Refusal } from './outcome.ts';
import type { WrittenDocument } from './overlay.ts';
import { mayRead, notYours, refusalOf } from './permit.ts';
import { type OrderPlan, planOf } from './plan.ts';
import type { TouchedRRset } from './resolve.ts';
import { viewOf, type ZoneView } from './view.ts';

/** What an order comes to for some files. */
export interface Prepared {
  readonly kind: 'prepared';
  readonly files: readonly FileChange[];
  readonly zones: readonly ChangedZone[];
  readonly deeds: readonly ZoneDeed[];
  readonly findings: readonly Finding[];
  readonly ids: readonly ZoneIdChange[];
}

/** What an order makes of one zone. */
interface Piece {
  readonly kind: 'piece';
  readonly zone: DomainName;
  readonly deed: ZoneDeed['kind'];
  readonly before: ZoneView | undefined;
  readonly document: WrittenDocument | undefined;
  readonly touched: readonly TouchedRRset[];
  readonly moved: readonly { readonly from: RecordValue; readonly to: RecordValue }[];
}

/** Works out what orders come to, within {@link Mirror.exclusive}. */
export interface Preparation {
  /** A zone as it is in some files. */
  show(files: Files, zone: DomainName, commit: string | undefined): Promise<ZoneView | undefined>;
  /** What an order comes to for some files: permissions, values and rules are looked at, nothing is written. */
  prepare(files: Files, caller: Caller, order: Order): Promise<Prepared | Refusal>;
}

/** Prepares orders over a mirror; `now` in milliseconds. */
export function newPreparation(mirror: Mirror, now: () => number): Preparation {
  const showZone = async (
    files: Files,
    zone: DomainName,
    commit: string | undefined,
  ): Promise<ZoneView | undefined> => {
    const found = await mirror.document(files, zone);
    if (found?.read.zone === undefined) return undefined;
    return viewOf(found.read.zone, { path: found.path, tag: found.tag, commit, templates: found.read.templates });
  };

  const prepareOne = async (files: Files, caller: Caller, order: ZoneOrder): Promise<Piece | Refusal> => {
    const { zone } = order;
    const before = await showZone(files, zone, undefined);
    const there = mirror.project.zones.has(zone);
    const owners = before?.settings.owners ?? mirror.summary(zone)?.owners ?? [];
    const permit = (deed: Parameters<typeof refusalOf>[1]): Refusal | undefined =>
      refusalOf(caller, { zone, ...deed }, owners, now());
    const making = order.kind === 'make' || (order.kind === 'write' && order.as === 'make');
    if (making) {
      const refused = permit({ verb: 'create' });
      if (refused !== undefined) return refused;
      // In the name of a file a slash becomes "_": one that is no delegation of RFC 2317 looks like a path, and is meant as one.
      if (zone.includes('/') && !/^\d+\/\d+\.([\d/-]+\.)*in-addr\.arpa\.$/.test(zone))
        return {
          kind: 'invalid',
          message: `${displayName(zone)} has a slash`,
          fix: 'name a zone; a slash is for parts of reverse zones, as in 128/27.2.0.192.in-addr.arpa',
          at: 0,
          field: 'name',
        };
      if (there) return { kind: 'exists', zone, ...(!mayRead(caller, zone, owners) && { hidden: true }) };
      const parent = parentName(zone);
      const above = parent && nearestZone(mirror.project.zones, parent);
      if (above !== undefined && !mayRead(caller, above, mirror.summary(above)?.owners ?? []))
        return { kind: 'forbidden', message: notYours(zone) };
    } else if (!there || !mayRead(caller, zone, owners)) return { kind: 'no-zone', zone };
    if ('ifMatch' in order && order.ifMatch !== undefined && !matches(order.ifMatch, before?.tag))
      return { kind: 'stale', message: `the zone ${displayName(zone)} has changed meanwhile` };
    const path = mirror.project.zones.get(zone) ?? pathOfNewZone(zone, mirror.project.zones);
    const base = { kind: 'piece', zone, before, moved: [] } as const;
    switch (order.kind) {
      case 'delete': {
        const refused = permit({ verb: 'delete' });
        return refused ?? { ...base, deed: 'delete', document: undefined, touched: [] };
      }
      case 'write': {
        const refused = making ? undefined : permit({ verb: 'update' });
        if (refused !== undefined) return refused;
        const text = making ? withOwner(order.text, caller, zone) : order.text;
        return { ...base, deed: making ? 'make' : 'change', document: { path, text }, touched: [] };
      }
      case 'make': {
        const own = needsOwner(caller, zone) ? [caller.account.name] : undefined;
        const settings = { ...order.settings, owners: order.settings?.owners ?? own };
        const made = { ...order, settings };
        const { config } = mirror.project;
        let composed = composeNew(made, config, order.templates !== undefined);
        if (composed.kind === 'composed' && order.templates !== undefined) {
          const { read } = await mirror.rehearse(files, new Map([[zone, { path, text: composed.text }]]));
          const known = read(zone).zone;
          if (known !== undefined && findRRset(known, zone, NS.code) === undefined)
            composed = composeNew(made, config, false);
        }
        if (composed.kind !== 'composed') return composed;
        const { text, touched, moved } = composed;
        return { ...base, deed: 'make', document: { path, text }, touched, moved };
      }
      case 'edit': {
        if (before === undefined) return { kind: 'refused', findings: mirror.standing.facts.get(zone)?.findings ?? [] };
        const { edits = [], settings = {}, ifRRset } = order;
        for (const edit of edits) {
          const record = 'record' in edit ? edit.record : edit;
          const deed = { owner: record.owner, type: record.type };
          const put = edit.op === 'put' && before.rrset(edit.owner, edit.type) === undefined ? 'create' : 'update';
          const verbs = {
            put,
            add: 'create',
            clear: 'delete',
            subtract: 'delete',
            remove: 'delete',
            update: 'update',
          } as const;
          const refused =
            permit({ verb: verbs[edit.op], ...deed }) ??
            (edit.op === 'update'
              ? permit({ verb: 'update', owner: edit.owner ?? deed.owner, type: edit.type ?? deed.type })
              : undefined);
          if (refused !== undefined) return refused;
        }
        if (Object.values(settings).some((value) => value !== undefined)) {
          const refused = permit({ verb: 'update' });
          if (refused !== undefined) return refused;
        }
        if (ifRRset !== undefined) {
          const rrset = before.rrset(ifRRset.owner, ifRRset.type);
          const tag = rrset && tagOf(rrset);
          if ('has' in ifRRset ? !matches(ifRRset.has, tag) : matches(ifRRset.lacks, tag))
            return { kind: 'stale', message: `the RRset has changed meanwhile` };
        }
        const composed = composeEdit(before, edits, settings);
        if (composed.kind !== 'composed') return composed;
        const { text, touched, moved } = composed;
        return { ...base, deed: 'change', document: { path, text }, touched, moved };
      }
    }
  };

  const prepare = async (files: Files, caller: Caller, order: Order): Promise<Prepared | Refusal> => {
    await mirror.follow(files);
    const pieces: Piece[] = [];
    for (const each of order.zones) {
      const piece = await prepareOne(files, caller, each);
      if (piece.kind !== 'piece') return piece;
      pieces.push(piece);
    }
    const rehearsal = await mirror.rehearse(files, new Map(pieces.map(({ zone, document }) => [zone, document])));
    const neighbours = {
      zoneAbove: (name: DomainName) => nearestZone(mirror.project.zones, name),
      owners: (zone: DomainName) => mirror.summary(zone)?.owners ?? [],
    };
    if (rehearsal.errors.length > 0)
      return { kind: 'refused', findings: discreet([...rehearsal.errors].sort(compareFindings), caller, neighbours) };
    const zones: ChangedZone[] = [];
    const deeds: ZoneDeed[] = [];
    const zoneIds: ZoneIdChange[] = [];
    for (const [at, piece] of pieces.entries()) {
      const { zone, before, document, deed } = piece;
      const read = document === undefined ? undefined : rehearsal.read(zone);
      const view =
        read?.zone === undefined || document === undefined
          ? undefined
          : viewOf(read.zone, {
              path: document.path,
              tag: read.id,
              commit: undefined,
              templates: read.templates,
            });
      const stuck = view && piece.touched.find((each) => !holds(view, each));
      if (stuck !== undefined) return putBack(stuck);
      const { difference } = read ?? {};
      const owners = difference?.before === before?.declared ? difference?.changed : undefined;
      const settings = settingsAlone(order.zones[at]);
      const isWritten = deed === 'change' && piece.touched.length === 0 && document?.text !== before?.text;
      // Settings leave the records as they are: not all of them have to be looked at.
      const isUnknown = isWritten && settings === undefined;
      const touched = isUnknown ? differences(before, view, owners) : piece.touched;
      const areKnown = isUnknown || (deed === 'change' && piece.touched.length > 0);
      zones.push({ zone, before, view, touched: areKnown ? touched : undefined });
      deeds.push({ zone, kind: deed, touched, ...(settings !== undefined && { settings }) });
      if (deed === 'delete') zoneIds.push({ kind: 'delete', zone });
      else {
        zoneIds.push({ kind: deed, zone, account: caller.account.name, changes: changesOf(touched, piece.moved) });
      }
    }
    const replaced = order.zones.flatMap((each, i) =>
      each.kind === 'write' && each.as === 'change' ? [zones[i] as ChangedZone] : [],
    );
    const [passed] = order.allowDeletes === true ? [] : planOf(replaced, mirror.project.config.thresholds).thresholds;
    if (passed !== undefined) return tooMuch(passed);
    const files_ = pieces.flatMap(({ zone, document, before }): FileChange[] => {
      const path = mirror.project.zones.get(zone);
      if (document === undefined) return path === undefined ? [] : [{ kind: 'delete', path }];
      if (document.text === before?.text) return [];
      return [{ kind: 'put', path: document.path, content: rehearsal.octets(document.path) }];
    });
    const told = pieces.flatMap(({ zone }) => rehearsal.facts.get(zone)?.findings ?? []);
    const findings = discreet(told, caller, neighbours);
    return { kind: 'prepared', files: files_, zones, deeds, findings, ids: zoneIds };
  };

  return { show: showZone, prepare };
}

/** The settings that an order changes, where it changes nothing else. */
function settingsAlone(order: ZoneOrder | undefined): readonly string[] | undefined {
  if (order?.kind !== 'edit' || (order.edits ?? []).length > 0) return undefined;
  return Object.entries(order.settings ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [key]));
}

/** Whether something has one of these tags; `undefined`: it is not there. */
function matches(tags: Tags, tag: string | undefined): boolean {
  return tag !== undefined && (tags === '*' || tags.includes(tag));
}

/** Refuses another content of a zone that leaves out more of what was there than goes without saying. */
function tooMuch({ zone, passed, records }: OrderPlan['thresholds'][number]): Refusal {
  const what = passed === 'deletes' ? `would delete ${records} records` : `would change ${records} records`;
  return {
    kind: 'invalid',
    message: `it ${what} of ${zone}, more than goes without saying`,
    fix: 'make sure that it is meant, and add ?allow_deletes=true',
    at: 0,
    field: `${passed}-threshold`,
  };
}

/** Whether a zone that the caller makes has to name it, or it would not reach its own zone. */
function needsOwner(caller: Caller, zone: DomainName): boolean {
  return !caller.holder.admin && !mayRead(caller, zone, []);
}

/** A document of a new zone, with the caller among its owners where that is needed. */
function withOwner(text: string, caller: Caller, zone: DomainName): string {
  if (!needsOwner(caller, zone)) return text;
  const changed = changeDocument(text, zone, [{ kind: 'set-list', key: 'owners', values: [caller.account.name] }]);
  return changed.kind === 'changed' ? changed.text : text;
}
