import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { refusalOf } from '../../pipeline/origin/permit.ts';
import { countJobs, discardJob, findJob, type Job, type JobState, listJobs, retryJob } from '../../state/queue/job.ts';
import { sendProblem } from '../problem.ts';
import type { Services } from '../services.ts';
import { registerAccounts } from './accounts.ts';
import { job, list, retried } from './answers.ts';
import { registerChanges } from './changes.ts';
import { callerOf, guard, onceOnly, refuse } from './door.ts';
import { registerHistory } from './history.ts';
import { refuseOtherMethods } from './methods.ts';
import { badCursor, limitOf, marksOf, NUMBER, PAGE, type PageQuery, pageOf, pageQuery } from './page.ts';
import { carryOut, isRehearsal, rehearsable } from './rehearse.ts';
import { registerRollouts } from './rollouts.ts';
import { registerRRsets } from './rrsets.ts';
import { answers, problem } from './schema.ts';
import { registerZoneData } from './zone-data.ts';
import { registerZones } from './zones.ts';

/** What the browsable description may load: what comes with it, and nothing from elsewhere. It styles by attributes. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The native API, mounted at `/api/v1`, with its description at `openapi.json` and `docs`. */
export async function registerNative(app: FastifyInstance, services: Services): Promise<void> {
  takeEmptyBodies(app);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'zonewright',
        version: services.version,
        description: 'Zones in git, changed by requests: every write is one commit.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
      tags: [
        { name: 'zones', description: 'Zones and their settings' },
        { name: 'records', description: 'RRsets' },
        { name: 'dnssec', description: 'Keys and DS data' },
        { name: 'history', description: 'What git knows' },
        { name: 'rollout', description: 'Releases and nodes' },
        { name: 'access', description: 'Accounts and tokens' },
        { name: 'queue', description: 'Jobs' },
      ],
    },
    hideUntagged: true,
    refResolver: { buildLocalReference: ({ $id }) => String($id) },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: app.prefix,
    staticCSP: PAGE_POLICY,
    logLevel: 'warn',
  });
  app.get('/openapi.json', async () => app.swagger());
  app.addSchema(problem);
  await app.register(async (inner) => {
    guard(inner, services);
    onceOnly(inner, services);
    const refuseOthers = refuseOtherMethods(inner);
    registerZones(inner, services);
    registerRRsets(inner, services);
    registerChanges(inner, services);
    registerZoneData(inner, services);
    registerHistory(inner, services);
    registerRollouts(inner, services);
    registerAccounts(inner, services);
    registerJobs(inner, services);
    refuseOthers();
  });
}

/** Clients name the type of a body with every request, also where they send none. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body, done);
  });
}

/** `/jobs`: the queue, and above all the jobs that failed for good. */
function registerJobs(app: FastifyInstance, services: Services): void {
  const { state } = services;
  const params = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', pattern: '^[1-9][0-9]{0,14}$' } },
  } as const;
  const admin = (request: Parameters<typeof callerOf>[0]) =>
    refusalOf(callerOf(request), { verb: 'admin' }, [], services.now());

  app.get<{ Querystring: { state?: JobState; kind?: string } & PageQuery }>(
    '/jobs',
    {
      schema: {
        summary: 'List jobs, the newest first; state=failed shows those that wait for a person',
        operationId: 'listJobs',
        tags: ['queue'],
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            state: { enum: ['queued', 'running', 'done', 'failed', 'cancelled', 'superseded'] },
            kind: { type: 'string', maxLength: 40 },
            ...pageQuery,
          },
        },
        response: answers({
          200: list('jobs', job, { counts: { type: 'object', additionalProperties: { type: 'integer' } } }),
        }),
      },
    },
    async (request, reply) => {
      const refused = admin(request);
      if (refused !== undefined) return refuse(reply, refused);
      const { state: wanted, kind } = request.query;
      const marks = marksOf(request.query, NUMBER);
      if (marks === null) return refuse(reply, badCursor);
      const limit = limitOf(request.query, PAGE);
      const before = marks === undefined ? undefined : Number(marks[0]);
      const found = await listJobs(state.query, { state: wanted, kind, before, limit: limit + 1 });
      const jobs = pageOf(request, reply, found, limit, ({ id }) => [id]);
      return { jobs: jobs.map(jobJson), counts: Object.fromEntries(await countJobs(state.query)) };
    },
  );

  app.post<{ Params: { id: string } }>(
    '/jobs/:id/retry',
    {
      schema: {
        summary: 'Try a failed job again',
        operationId: 'retryJob',
        tags: ['queue'],
        params,
        querystring: rehearsable,
        response: answers({ 200: retried }),
      },
    },
    async (request, reply) => {
      const refused = admin(request);
      if (refused !== undefined) return refuse(reply, refused);
      if (isRehearsal(request, reply)) {
        const job = await findJob(state.query, Number(request.params.id));
        if (job?.state === 'failed' || job?.state === 'cancelled') return { id: job.id, state: 'queued' };
      } else if (await retryJob(state, Number(request.params.id)))
        return { id: Number(request.params.id), state: 'queued' };
      return sendProblem(reply, { status: 404, code: 'no-job', title: 'There is no such failed job' });
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/jobs/:id',
    {
      schema: {
        summary: 'Forget a failed job',
        operationId: 'discardJob',
        tags: ['queue'],
        params,
        querystring: rehearsable,
        response: answers({ 204: { type: 'null' } }),
      },
    },
    async (request, reply) => {
      const refused = admin(request);
      if (refused !== undefined) return refuse(reply, refused);
      const { id } = request.params;
      if (await carryOut(state, request, reply, (tx) => discardJob(tx, Number(id)))) return reply.code(204).send();
      return sendProblem(reply, { status: 404, code: 'no-job', title: 'There is no such failed job' });
    },
  );
}

function jobJson(job: Job): Record<string, unknown> {
  const { id, kind, state, attempts, maxAttempts, error, runAt, createdAt, updatedAt } = job;
  const time = (at: number): string => new Date(at).toISOString();
  return {
    id,
    kind,
    state,
    attempts,
    max_attempts: maxAttempts,
    error: error ?? null,
    run_at: time(runAt),
    created_at: time(createdAt),
    updated_at: time(updatedAt),
  };
}
