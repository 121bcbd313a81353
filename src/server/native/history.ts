import type { FastifyInstance } from 'fastify';
import type { HistoryStep } from '../../git/history-page.ts';
import type { ZoneView } from '../../pipeline/origin/view.ts';
import type { Services } from '../services.ts';
import { commit as commitSchema, list } from './answers.ts';
import { callerOf, ifMatchOf, type ReplaceQuery, refuse, replaceQuery } from './door.ts';
import { answers, name, writeAnswers, zone as zoneSchema } from './schema.ts';
import { findingsJson, readZoneName, rrsetJson, zoneJson, zoneText } from './shape.ts';
import { write } from './writing.ts';

const commit = { type: 'string', pattern: '^[0-9a-f]{40}([0-9a-f]{24})?$' } as const;

/** What git knows of a zone: `history`, `at` and `revert`. */
export function registerHistory(app: FastifyInstance, services: Services): void {
  const { origin } = services;
  const params = { type: 'object', required: ['zone'], properties: { zone: name } } as const;

  app.get<{ Params: { zone: string }; Querystring: { limit?: string; cursor?: string } }>(
    '/zones/:zone/history',
    {
      schema: {
        summary: 'The commits that changed a zone, the newest first',
        operationId: 'getHistory',
        tags: ['history'],
        params,
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: { limit: { type: 'string', pattern: '^[1-9][0-9]{0,2}$' }, cursor: commit },
        },
        response: answers({ 200: list('commits', commitSchema, { zone: name }) }),
      },
    },
    async (request, reply) => {
      const zone = readZoneName(request.params.zone);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const { limit = '50', cursor } = request.query;
      const page = await origin.history(callerOf(request), zone, {
        limit: Number(limit),
        ...(cursor !== undefined && { after: cursor }),
      });
      if ('kind' in page) return refuse(reply, page);
      if (page.next !== undefined) {
        const next = new URLSearchParams({ limit, cursor: page.next });
        reply.header('link', `</api/v1/zones/${encodeURIComponent(zoneText(zone))}/history?${next}>; rel="next"`);
      }
      return { zone: zoneText(zone), commits: page.steps.map(stepJson) };
    },
  );

  app.get<{ Params: { zone: string; commit: string } }>(
    '/zones/:zone/at/:commit',
    {
      schema: {
        summary: 'A zone as it was at a commit',
        operationId: 'getZoneAt',
        tags: ['history'],
        params: { type: 'object', required: ['zone', 'commit'], properties: { zone: name, commit } },
        response: answers({ 200: zoneSchema }),
      },
    },
    async (request, reply) => {
      const zone = readZoneName(request.params.zone);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const view = await origin.viewAt(callerOf(request), zone, request.params.commit);
      if ('kind' in view) return refuse(reply, view);
      return zoneJson(view, { rrsets: view.rrsets().map((rrset) => rrsetJson(rrset, zone)), document: view.text });
    },
  );

  app.post<{ Params: { zone: string }; Body: { commit: string }; Querystring: ReplaceQuery }>(
    '/zones/:zone/revert',
    {
      schema: {
        summary: 'Make a zone what it was at a commit, with a new commit',
        operationId: 'revertZone',
        tags: ['history'],
        params,
        querystring: replaceQuery,
        body: { type: 'object', additionalProperties: false, required: ['commit'], properties: { commit } },
        response: writeAnswers({ 200: zoneSchema }),
      },
    },
    async (request, reply) => {
      const zone = readZoneName(request.params.zone);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const view = await origin.viewAt(callerOf(request), zone, request.body.commit);
      if ('kind' in view) return refuse(reply, view);
      const order = { kind: 'write', zone, text: view.text, as: 'change', ifMatch: ifMatchOf(request) } as const;
      const subject = `${zoneText(zone)}: back to ${request.body.commit.slice(0, 12)}`;
      const allowDeletes = request.query.allow_deletes === 'true';
      return write(services, request, reply, { zones: [order], subject, allowDeletes }, ({ zones, findings }) => {
        const after = zones[0]?.view as ZoneView;
        return { status: 200, etag: after.tag, body: zoneJson(after, { findings: findingsJson(findings) }) };
      });
    },
  );
}

function stepJson({
  commit: id,
  parents,
  author,
  committer,
  subject,
  body,
  trailers,
}: HistoryStep): Record<string, unknown> {
  const person = ({ name: who, email, time }: HistoryStep['author']) => ({
    name: who,
    email,
    time: new Date(time * 1000).toISOString(),
  });
  return {
    commit: id,
    parents,
    author: person(author),
    committer: person(committer),
    subject,
    body,
    request_id: trailers.find(({ key }) => key === 'Zonewright-Request')?.value ?? null,
    dialect: trailers.find(({ key }) => key === 'Zonewright-Dialect')?.value ?? null,
  };
}
