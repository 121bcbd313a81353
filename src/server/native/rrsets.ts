import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DomainName } from '../../dns/name.ts';
import { tagOf } from '../../pipeline/origin/differences.ts';
import type { Refusal } from '../../pipeline/origin/outcome.ts';
import type { RRsetView, ZoneView } from '../../pipeline/origin/view.ts';
import type { NewValue } from '../../zone/edit/change.ts';
import type { Services } from '../services.ts';
import { ifMatchOf, ifNoneMatchOf, refuse, type WriteQuery, writeQuery } from './door.ts';
import { badCursor, limitOf, marksOf, type PageQuery, pageOf, pageQuery } from './page.ts';
import { answers, name, notModified, recordType, rrsetBody, rrset as rrsetSchema, writeAnswers } from './schema.ts';
import { findingsJson, readOwner, readValue, readZoneName, rrsetJson, type ValueBody } from './shape.ts';
import { write } from './writing.ts';
import { isFresh, viewOf } from './zones.ts';

interface RRsetParams {
  readonly zone: string;
  readonly name: string;
  readonly type: string;
}

/** RRsets of one page. */
const PAGE = { usual: 1000, most: 10_000 };

/** `/zones/{zone}/rrsets` */
export function registerRRsets(app: FastifyInstance, services: Services): void {
  const params = {
    type: 'object',
    required: ['zone', 'name', 'type'],
    properties: {
      zone: name,
      name: { ...name, description: 'Relative to the zone; `@` is the apex.' },
      type: recordType,
    },
  } as const;

  app.get<{ Params: { zone: string }; Querystring: { name?: string; type?: string } & PageQuery }>(
    '/zones/:zone/rrsets',
    {
      schema: {
        summary: 'List the RRsets of a zone',
        operationId: 'listRRsets',
        tags: ['records'],
        params: { type: 'object', required: ['zone'], properties: { zone: name } },
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: { name, type: recordType, ...pageQuery },
        },
        response: answers({
          ...notModified,
          200: { type: 'object', required: ['rrsets'], properties: { rrsets: { type: 'array', items: rrsetSchema } } },
        }),
      },
    },
    async (request, reply) => {
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      const { name: wanted, type } = request.query;
      const owner = wanted === undefined ? undefined : readOwner(wanted, view.zone);
      if (owner !== undefined && typeof owner !== 'string') return refuse(reply, owner);
      if (isFresh(request, view.tag)) return reply.code(304).send();
      const marks = marksOf(request.query, /^(\S+) (\S+) (\d{1,9}) (\d{1,9})$/);
      if (marks === null) return refuse(reply, badCursor);
      const limit = limitOf(request.query, PAGE);
      const owners = owner === undefined ? view.owners() : [owner];
      const found = rrsetsBehind(view, owners, type, marks, limit + 1);
      const page = pageOf(request, reply, found, limit, ({ rrset, at, place }) => [rrset.owner, rrset.type, at, place]);
      return reply
        .header('etag', `"${view.tag}"`)
        .send({ rrsets: page.map(({ rrset }) => rrsetJson(rrset, view.zone)) });
    },
  );

  app.get<{ Params: RRsetParams }>(
    '/zones/:zone/rrsets/:name/:type',
    {
      schema: {
        summary: 'Show an RRset',
        operationId: 'getRRset',
        tags: ['records'],
        params,
        response: answers({ ...notModified, 200: rrsetSchema }),
      },
    },
    async (request, reply) => {
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      const owner = readOwner(request.params.name, view.zone);
      if (typeof owner !== 'string') return refuse(reply, owner);
      const rrset = view.rrset(owner, request.params.type);
      if (rrset === undefined) return refuse(reply, missing(request.params));
      if (isFresh(request, tagOf(rrset))) return reply.code(304).send();
      return reply.header('etag', `"${tagOf(rrset)}"`).send(rrsetJson(rrset, view.zone));
    },
  );

  app.put<{
    Params: RRsetParams;
    Body: { ttl?: number | null; values: readonly ValueBody[] };
    Querystring: WriteQuery;
  }>(
    '/zones/:zone/rrsets/:name/:type',
    {
      schema: {
        summary: 'Make an RRset what the body says',
        operationId: 'putRRset',
        tags: ['records'],
        params,
        querystring: writeQuery,
        body: rrsetBody,
        response: writeAnswers({ 200: rrsetSchema, 201: rrsetSchema }),
      },
    },
    async (request, reply) => {
      const place = placeOf(request);
      if ('kind' in place) return refuse(reply, place);
      const { zone, owner, type } = place;
      const values: NewValue[] = [];
      for (const body of request.body.values) {
        const value = readValue(body, type, zone, 0);
        if ('kind' in value) return refuse(reply, value);
        values.push(value);
      }
      const edits = [{ op: 'put', owner, type, ttl: request.body.ttl ?? undefined, values }] as const;
      const order = { kind: 'edit', zone, edits, ...preconditions(request, owner, type) } as const;
      return write(services, request, reply, { zones: [order] }, ({ zones, findings }) => {
        const [changed] = zones;
        const rrset = changed?.view?.rrset(owner, type) as RRsetView;
        const status = changed?.before?.rrset(owner, type) === undefined ? 201 : 200;
        return { status, etag: tagOf(rrset), body: { ...rrsetJson(rrset, zone), findings: findingsJson(findings) } };
      });
    },
  );

  app.delete<{ Params: RRsetParams; Querystring: WriteQuery }>(
    '/zones/:zone/rrsets/:name/:type',
    {
      schema: {
        summary: 'Delete an RRset; one that is not there is as good as deleted',
        operationId: 'deleteRRset',
        tags: ['records'],
        params,
        querystring: writeQuery,
        response: writeAnswers({ 204: { type: 'null', description: 'It is gone.' } }),
      },
    },
    async (request, reply) => {
      const place = placeOf(request);
      if ('kind' in place) return refuse(reply, place);
      const { zone, owner, type } = place;
      const edits = [{ op: 'clear', owner, type }] as const;
      const order = { kind: 'edit', zone, edits, ...preconditions(request, owner, type) } as const;
      return write(services, request, reply, { zones: [order] }, () => ({ status: 204 }));
    },
  );
}

/** An RRset of a page: its owner is the one at `at`, of whose RRsets so many come before it. */
interface PlacedRRset {
  readonly rrset: RRsetView;
  readonly at: number;
  readonly place: number;
}

/**
 * So many RRsets behind another one, which others may have moved since, in the order of the document; where it is gone, its
 * place counts. Only those that are given are worked out.
 */
function rrsetsBehind(
  view: ZoneView,
  owners: readonly DomainName[],
  type: string | undefined,
  marks: readonly string[] | undefined,
  most: number,
): PlacedRRset[] {
  const [owner, last, ownerAt, lastAt] = marks ?? [];
  const index = Number(ownerAt ?? 0);
  const begin = marks === undefined || owners[index] === owner ? index : owners.indexOf(owner as DomainName);
  const found: PlacedRRset[] = [];
  for (let at = begin < 0 ? index : begin; at < owners.length && found.length < most; at++) {
    const rrsets = view.rrsetsAt(owners[at] as DomainName, type);
    const is = owners[at] === owner ? rrsets.findIndex((rrset) => rrset.type === last) : -1;
    const first = owners[at] !== owner ? 0 : is < 0 ? Number(lastAt) : is + 1;
    for (const [place, rrset] of rrsets.entries())
      if (place >= first && found.length < most) found.push({ rrset, at, place });
  }
  return found;
}

function placeOf(request: FastifyRequest): { zone: DomainName; owner: DomainName; type: string } | Refusal {
  const { zone: zoneName, name: ownerName, type } = request.params as RRsetParams;
  const zone = readZoneName(zoneName);
  if (typeof zone !== 'string') return zone;
  const owner = readOwner(ownerName, zone);
  return typeof owner === 'string' ? { zone, owner, type } : owner;
}

/** `If-Match` with tags of the RRset, else `If-None-Match`, with `*` where it must not be there yet (RFC 9110, 13.2.2). */
function preconditions(request: FastifyRequest, owner: DomainName, type: string) {
  const has = ifMatchOf(request);
  if (has !== undefined) return { ifRRset: { owner, type, has } };
  const lacks = ifNoneMatchOf(request);
  return lacks === undefined ? {} : { ifRRset: { owner, type, lacks } };
}

function missing({ name: owner, type }: RRsetParams): Refusal {
  return { kind: 'missing', message: `${owner} has no ${type}`, at: 0 };
}
