import type { FastifyInstance, FastifyRequest } from 'fastify';
import { displayName } from '../../dns/name.ts';
import { documentOfMaster } from '../../pipeline/origin/master.ts';
import type { RecordEdit, SettingEdits } from '../../pipeline/origin/order.ts';
import type { ZoneSummary, ZoneView } from '../../pipeline/origin/view.ts';
import type { Services } from '../services.ts';
import { callerOf, ifMatchOf, ifNoneMatchOf, refuse, type WriteQuery, writeQuery } from './door.ts';
import { badCursor, limitOf, marksOf, NUMBER_AND_NAME, PAGE, type PageQuery, pageOf, pageQuery } from './page.ts';
import { answers, name, notModified, settings as settingSchemas, writeAnswers, zone as zoneSchema } from './schema.ts';
import { findingsJson, readZoneName, summaryJson, zoneJson, zoneText } from './shape.ts';
import { write } from './writing.ts';

/** Settings as a body has them. */
interface SettingsBody {
  readonly ttl?: number | null;
  readonly dnssec?: string | false | null;
  readonly owners?: readonly string[] | null;
  readonly soa?: Readonly<Record<string, string | number | null>>;
}

interface NewZoneBody extends SettingsBody {
  readonly name: string;
  readonly master_file?: string;
  readonly templates?: readonly string[];
  readonly name_servers?: readonly string[];
}

interface ListQuery extends PageQuery {
  readonly search?: string;
  readonly sort?: string;
}

/** `/zones` */
export function registerZones(app: FastifyInstance, services: Services): void {
  const { origin } = services;

  app.get<{ Querystring: ListQuery }>(
    '/zones',
    {
      schema: {
        summary: 'List the zones that the token reaches',
        operationId: 'listZones',
        tags: ['zones'],
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            search: { type: 'string', maxLength: 255, description: 'Part of the name.' },
            sort: { enum: ['name', '-name', 'records', '-records'] },
            ...pageQuery,
          },
        },
        response: answers({
          200: {
            type: 'object',
            required: ['zones'],
            properties: {
              zones: { type: 'array', items: { type: 'object', additionalProperties: true } },
              total: { type: 'integer' },
            },
          },
        }),
      },
    },
    async (request, reply) => {
      const { search = '', sort = 'name' } = request.query;
      const wanted = search.toLowerCase();
      const found = (await origin.list(callerOf(request))).filter(
        ({ zone }) => wanted === '' || zoneText(zone).includes(wanted) || displayName(zone).includes(wanted),
      );
      const inOrder = orderOf(sort);
      const sorted = [...found].sort(inOrder);
      const mark = markOf(request.query);
      if (mark === null) return refuse(reply, badCursor);
      // The zone that the page before ended with may be gone.
      const next = mark === undefined ? 0 : sorted.findIndex((each) => inOrder(each, mark) > 0);
      const start = next < 0 ? sorted.length : next;
      const limit = limitOf(request.query, PAGE);
      const page = pageOf(request, reply, sorted.slice(start, start + limit + 1), limit, ({ zone, records }) => [
        records,
        zoneText(zone),
      ]);
      return { zones: page.map(summaryJson), total: sorted.length };
    },
  );

  app.post<{ Body: NewZoneBody; Querystring: WriteQuery }>(
    '/zones',
    {
      schema: {
        summary: 'Make a zone: empty, from templates, or from a master file',
        operationId: 'createZone',
        tags: ['zones'],
        querystring: writeQuery,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: {
            name,
            ...settingSchemas,
            master_file: { type: 'string', description: 'RFC 1035; without $INCLUDE.' },
            templates: { type: 'array', items: { type: 'string', maxLength: 200 }, maxItems: 50 },
            name_servers: { type: 'array', items: name, minItems: 1, maxItems: 50 },
          },
        },
        response: writeAnswers({ 201: zoneSchema, 200: zoneSchema }),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const zone = readZoneName(body.name);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const render = async ({
        zones,
        findings,
      }: {
        zones: readonly { view: ZoneView | undefined }[];
        findings: Parameters<typeof findingsJson>[0];
      }) => {
        const view = zones[0]?.view as ZoneView;
        reply.header('location', `/api/v1/zones/${encodeURIComponent(zoneText(zone))}`);
        return { status: 201, etag: view.tag, body: zoneJson(view, { findings: findingsJson(findings) }) };
      };
      if (body.master_file !== undefined) {
        const document = documentOfMaster(body.master_file, zone, settingsOf(body));
        if (document.kind !== 'document') return refuse(reply, document);
        return write(
          services,
          request,
          reply,
          { zones: [{ kind: 'write', zone, text: document.text, as: 'make' }] },
          render,
        );
      }
      const edits: RecordEdit[] =
        body.name_servers === undefined
          ? []
          : [
              {
                op: 'put',
                owner: zone,
                type: 'NS',
                ttl: undefined,
                values: body.name_servers.map((text) => ({ text: text.endsWith('.') ? text : `${text}.` })),
              },
            ];
      const order = { kind: 'make', zone, edits, settings: settingsOf(body), templates: body.templates } as const;
      return write(services, request, reply, { zones: [order] }, render);
    },
  );

  const params = { type: 'object', properties: { zone: name }, required: ['zone'] } as const;

  app.get<{ Params: { zone: string } }>(
    '/zones/:zone',
    {
      schema: {
        summary: 'Show a zone',
        operationId: 'getZone',
        tags: ['zones'],
        params,
        response: answers({ ...notModified, 200: zoneSchema }),
      },
    },
    async (request, reply) => {
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      if (isFresh(request, view.tag)) return reply.code(304).send();
      return reply.header('etag', `"${view.tag}"`).send(zoneJson(view, { ...(await origin.standing(view.zone)) }));
    },
  );

  app.patch<{ Params: { zone: string }; Body: SettingsBody; Querystring: WriteQuery }>(
    '/zones/:zone',
    {
      schema: {
        summary: 'Change the settings of a zone',
        operationId: 'changeZone',
        tags: ['zones'],
        params,
        querystring: writeQuery,
        body: { type: 'object', additionalProperties: false, minProperties: 1, properties: settingSchemas },
        response: writeAnswers({ 200: zoneSchema }),
      },
    },
    async (request, reply) => {
      const zone = readZoneName(request.params.zone);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const order = { kind: 'edit', zone, settings: settingsOf(request.body), ifMatch: ifMatchOf(request) } as const;
      return write(services, request, reply, { zones: [order] }, ({ zones, findings }) => {
        const view = zones[0]?.view as ZoneView;
        return { status: 200, etag: view.tag, body: zoneJson(view, { findings: findingsJson(findings) }) };
      });
    },
  );

  app.delete<{ Params: { zone: string }; Querystring: WriteQuery }>(
    '/zones/:zone',
    {
      schema: {
        summary: 'Delete a zone',
        operationId: 'deleteZone',
        tags: ['zones'],
        params,
        querystring: writeQuery,
        response: writeAnswers({ 204: { type: 'null', description: 'It is gone.' } }),
      },
    },
    async (request, reply) => {
      const zone = readZoneName(request.params.zone);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const order = { kind: 'delete', zone, ifMatch: ifMatchOf(request) } as const;
      return write(services, request, reply, { zones: [order] }, () => ({ status: 204 }));
    },
  );
}

/** The zone of a path, as far as the caller may see it. */
export async function viewOf(services: Services, request: FastifyRequest) {
  const zone = readZoneName((request.params as { zone: string }).zone);
  return typeof zone === 'string' ? services.origin.view(callerOf(request), zone) : zone;
}

/** Whether the caller has this already. */
export function isFresh(request: FastifyRequest, tag: string): boolean {
  const tags = ifNoneMatchOf(request);
  return tags === '*' || tags?.includes(tag) === true;
}

function settingsOf({ ttl, dnssec, owners, soa }: SettingsBody): SettingEdits {
  const texts = Object.entries(soa ?? {}).map(([key, value]) => [key, value === null ? null : String(value)] as const);
  return { ttl, dnssec, owners, ...(texts.length > 0 && { soa: new Map(texts) }) };
}

/** What a zone is sorted by. */
type Mark = Pick<ZoneSummary, 'zone' | 'records'>;

function orderOf(sort: string): (a: Mark, b: Mark) => number {
  const sign = sort.startsWith('-') ? -1 : 1;
  const byName = (a: Mark, b: Mark): number => compareText(zoneText(a.zone), zoneText(b.zone));
  return (a, b) => sign * ((sort.endsWith('records') ? a.records - b.records : 0) || byName(a, b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The zone after which a page goes on; `null` where the cursor is none of ours. */
function markOf(query: PageQuery): Mark | undefined | null {
  const marks = marksOf(query, NUMBER_AND_NAME);
  if (marks == null) return marks;
  const [records, text] = marks as [string, string];
  const zone = readZoneName(text);
  return typeof zone === 'string' ? { zone, records: Number(records) } : null;
}
