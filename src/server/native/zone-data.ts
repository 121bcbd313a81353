import type { FastifyInstance } from 'fastify';
import { masterTextOf } from '../../pipeline/origin/export.ts';
import { documentOfMaster } from '../../pipeline/origin/master.ts';
import type { ZoneView } from '../../pipeline/origin/view.ts';
import type { Services } from '../services.ts';
import { ifMatchOf, type ReplaceQuery, refuse, replaceQuery } from './door.ts';
import { answers, name, writeAnswers, zone as zoneSchema } from './schema.ts';
import { findingsJson, readZoneName, zoneJson, zoneText } from './shape.ts';
import { write } from './writing.ts';
import { viewOf } from './zones.ts';

/** A zone as a whole: master files in and out, and what DNSSEC needs elsewhere. */
export function registerZoneData(app: FastifyInstance, services: Services): void {
  const { origin, releases } = services;
  const params = { type: 'object', required: ['zone'], properties: { zone: name } } as const;
  const open = { type: 'object', additionalProperties: true } as const;

  app.get<{ Params: { zone: string }; Querystring: { signed?: string } }>(
    '/zones/:zone/export',
    {
      schema: {
        summary:
          'The zone as a master file (RFC 1035): as it is in the repository, or signed as the newest release has it',
        operationId: 'exportZone',
        tags: ['zones'],
        params,
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: { signed: { enum: ['true', 'false'] } },
        },
        response: answers({
          200: { description: 'A master file.', content: { 'text/dns': { schema: { type: 'string' } } } },
        }),
      },
    },
    async (request, reply) => {
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      const standing = await origin.standing(view.zone);
      const text =
        request.query.signed === 'true' ? releases.zoneFile(view.zone) : masterTextOf(view, standing.serial ?? 0);
      if (text === undefined)
        return refuse(reply, { kind: 'missing', message: `no release has ${zoneText(view.zone)} yet`, at: 0 });
      return reply.type('text/dns; charset=us-ascii').send(text);
    },
  );

  app.post<{ Params: { zone: string }; Body: { master_file: string }; Querystring: ReplaceQuery }>(
    '/zones/:zone/import',
    {
      schema: {
        summary: 'Make the zone what a master file says',
        operationId: 'importZone',
        tags: ['zones'],
        params,
        querystring: replaceQuery,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['master_file'],
          properties: { master_file: { type: 'string', description: 'RFC 1035; without $INCLUDE.' } },
        },
        response: writeAnswers({ 200: zoneSchema }),
      },
    },
    async (request, reply) => {
      const zone = readZoneName(request.params.zone);
      if (typeof zone !== 'string') return refuse(reply, zone);
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      const { owners, dnssec } = view.settings;
      const settings = { ...(owners.length > 0 && { owners }), ...(dnssec !== false && { dnssec }) };
      const document = documentOfMaster(request.body.master_file, zone, settings);
      if (document.kind !== 'document') return refuse(reply, document);
      const order = {
        kind: 'write',
        zone,
        text: document.text,
        as: 'change',
        ifMatch: ifMatchOf(request) ?? [view.tag],
      } as const;
      return write(
        services,
        request,
        reply,
        { zones: [order], subject: `${zoneText(zone)}: import`, allowDeletes: request.query.allow_deletes === 'true' },
        ({ zones, findings }) => {
          const after = zones[0]?.view as ZoneView;
          return { status: 200, etag: after.tag, body: zoneJson(after, { findings: findingsJson(findings) }) };
        },
      );
    },
  );

  app.get<{ Params: { zone: string } }>(
    '/zones/:zone/ds',
    {
      schema: {
        summary: 'The DS data for the parent, as the newest release has it',
        operationId: 'getDs',
        tags: ['dnssec'],
        params,
        response: answers({
          200: { ...open, properties: { zone: { type: 'string' }, ds: { type: 'array', items: open } } },
        }),
      },
    },
    async (request, reply) => {
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      return { zone: zoneText(view.zone), ds: releases.dsData(view.zone) };
    },
  );

  app.get<{ Params: { zone: string } }>(
    '/zones/:zone/keys',
    {
      schema: {
        summary: 'The DNSSEC keys of the zone and where they are in their lives; nothing of them is secret',
        operationId: 'getKeys',
        tags: ['dnssec'],
        params,
        response: answers({
          200: { ...open, properties: { zone: { type: 'string' }, keys: { type: 'array', items: open } } },
        }),
      },
    },
    async (request, reply) => {
      const view = await viewOf(services, request);
      if ('kind' in view) return refuse(reply, view);
      return { zone: zoneText(view.zone), keys: releases.keyData(view.zone) };
    },
  );
}
