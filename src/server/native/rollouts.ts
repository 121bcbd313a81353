import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DeploymentRecord, NodeRecord } from '../../deploy/records/record.ts';
import type { RolloutEvent } from '../../deploy/rollout/event.ts';
import { refusalOf } from '../../pipeline/origin/permit.ts';
import type { Hold } from '../../pipeline/release/holds.ts';
import type { Verb } from '../../state/tokens/scope.ts';
import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { OURSELVES } from '../jobs.ts';
import { sendProblem } from '../problem.ts';
import type { Services } from '../services.ts';
import { deployment as deploymentSchema, list, nodeMode, node as nodeSchema, queued } from './answers.ts';
import { callerOf, refuse } from './door.ts';
import { badCursor, limitOf, marksOf, NUMBER_AND_NAME, PAGE, type PageQuery, pageOf, pageQuery } from './page.ts';
import { isRehearsal, rehearsable } from './rehearse.ts';
import { answers } from './schema.ts';
import { zoneText } from './shape.ts';

/** How often a deployment that another process runs is looked at, in milliseconds. */
const LOOK = 1000;

/** `/deployments` and `/nodes` */
export function registerRollouts(app: FastifyInstance, services: Services): void {
  const { rollouts, now } = services;
  const deployment = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', pattern: '^[0-9A-Za-z-]{1,64}$' } },
  } as const;
  const node = {
    type: 'object',
    required: ['node'],
    properties: { node: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$' } },
  } as const;
  const tags = ['rollout'];

  const forbidden = (request: FastifyRequest, reply: FastifyReply, verb: Verb): FastifyReply | undefined => {
    const refused = refusalOf(callerOf(request), { verb }, [], now());
    return refused === undefined ? undefined : refuse(reply, refused);
  };

  /** Whether the caller may know of every zone: what nodes say in a rollout names any. */
  const sees = (request: FastifyRequest): boolean => {
    const { admin, scope } = callerOf(request).holder;
    return admin && scope.zones === undefined;
  };

  app.get<{ Querystring: PageQuery }>(
    '/deployments',
    {
      schema: {
        summary: 'List rollouts and releases that are held, the newest first',
        operationId: 'listDeployments',
        tags,
        querystring: { type: 'object', additionalProperties: false, properties: pageQuery },
        response: answers({ 200: list('deployments', deploymentSchema) }),
      },
    },
    async (request, reply) => {
      const all = sees(request);
      const marks = marksOf(request.query, NUMBER_AND_NAME);
      if (marks === null) return refuse(reply, badCursor);
      const before = marks && { startedAt: Number(marks[0]), id: marks[1] as string };
      const limit = limitOf(request.query, PAGE);
      const found = await rollouts.list(limit + 1, before);
      const page = pageOf(request, reply, found, limit, ({ id, startedAt }) => [startedAt, id]);
      return { deployments: page.map((record) => deploymentJson(record, all)) };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/deployments/:id',
    {
      schema: {
        summary: 'Show a rollout, node by node',
        operationId: 'getDeployment',
        tags,
        params: deployment,
        response: answers({ 200: deploymentSchema }),
      },
    },
    async (request, reply) => {
      const found = await rollouts.find(request.params.id);
      return found === undefined ? sendProblem(reply, noDeployment) : deploymentJson(found, sees(request));
    },
  );

  // A server that ends does not wait for rollouts that somebody watches.
  const streams = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of [...streams]) end();
  });

  app.get<{ Params: { id: string } }>(
    '/deployments/:id/events',
    {
      schema: {
        summary: 'What happens in a rollout, as it happens',
        operationId: 'watchDeployment',
        tags,
        params: deployment,
        response: answers({
          200: { description: 'Server-sent events.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        }),
      },
    },
    async (request, reply) => {
      if (!sees(request)) return refuse(reply, forOperators);
      const { id } = request.params;
      const found = await rollouts.find(id);
      if (found === undefined) return sendProblem(reply, noDeployment);
      if (!isRollout(found)) return sendProblem(reply, isHeld);
      await stream(request, reply, services, found, streams);
      return reply;
    },
  );

  app.post<{ Body: { allow_deletes?: boolean } | null | undefined }>(
    '/deployments',
    {
      schema: {
        summary: 'Build the head and roll it out; allow_deletes lifts the thresholds for the release that is held',
        operationId: 'deploy',
        tags,
        querystring: rehearsable,
        body: {
          type: ['object', 'null'],
          additionalProperties: false,
          properties: { allow_deletes: { type: 'boolean' } },
        },
        response: answers({ 200: queued, 202: queued }),
      },
    },
    async (request, reply) => {
      const refused = forbidden(request, reply, 'deploy');
      if (refused !== undefined) return refused;
      if (isRehearsal(request, reply)) return { status: 'dry-run' };
      const commit = await services.rollOut(callerOf(request).account.name, request.body?.allow_deletes === true);
      return reply.code(202).send({ status: 'queued', ...(commit !== undefined && { allowed: commit }) });
    },
  );

  app.post<{ Params: { id: string } }>(
    '/deployments/:id/rollback',
    {
      schema: {
        summary: 'Roll the release of an earlier deployment out again',
        operationId: 'rollback',
        tags,
        params: deployment,
        querystring: rehearsable,
        response: answers({ 200: queued, 202: queued }),
      },
    },
    async (request, reply) => {
      const refused = forbidden(request, reply, 'deploy');
      if (refused !== undefined) return refused;
      const found = await rollouts.find(request.params.id);
      if (found === undefined) return sendProblem(reply, noDeployment);
      if (!isRollout(found)) return sendProblem(reply, isHeld);
      if (isRehearsal(request, reply)) return { status: 'dry-run', release: found.release };
      await services.rollBack(found.release, callerOf(request).account.name);
      return reply.code(202).send({ status: 'queued', release: found.release });
    },
  );

  app.get<{ Querystring: { status?: string } }>(
    '/nodes',
    {
      schema: {
        summary: 'List nodes; status=true asks each how it is',
        operationId: 'listNodes',
        tags,
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: { status: { enum: ['true', 'false'] } },
        },
        response: answers({ 200: list('nodes', nodeSchema, { desired: { type: ['string', 'null'] } }) }),
      },
    },
    async (request, reply) => {
      const all = sees(request);
      if (request.query.status !== 'true')
        return { nodes: [...rollouts.nodes().nodes.values()].map((entry) => nodeJson(entry, all)) };
      if (!all) return refuse(reply, forOperators);
      const status = await rollouts.status(undefined);
      if (status.kind === 'failure') return refuse(reply, status);
      if (status.kind === 'refused') return refuse(reply, { kind: 'refused', findings: status.report.findings });
      return { desired: status.desired, nodes: status.nodes.map((each) => ({ name: each.node, ...each })) };
    },
  );

  for (const [verb, announced, summary] of [
    ['announce', true, 'Let a node announce again'],
    ['withdraw', false, 'Withdraw a node until it is announced again'],
  ] as const) {
    app.post<{ Params: { node: string } }>(
      `/nodes/:node/${verb}`,
      {
        schema: {
          summary,
          operationId: `${verb}Node`,
          tags,
          params: node,
          querystring: rehearsable,
          response: answers({ 200: nodeMode }),
        },
      },
      async (request, reply) => {
        const refused = forbidden(request, reply, 'nodes');
        if (refused !== undefined) return refused;
        const name = request.params.node;
        if (!rollouts.nodes().nodes.has(name))
          return sendProblem(reply, { status: 404, code: 'no-node', title: 'There is no such node' });
        if (isRehearsal(request, reply)) return { node: name, mode: announced ? 'normal' : 'drained' };
        const changed = await rollouts.setAnnounced([name], announced, callerOf(request).account.name);
        if (changed.kind === 'failure') return refuse(reply, changed);
        if (changed.kind === 'refused') return refuse(reply, { kind: 'refused', findings: changed.report.findings });
        const [one] = changed.nodes;
        if (one?.fault !== undefined)
          return sendProblem(reply, {
            status: 503,
            code: 'node',
            title: 'The node could not be changed',
            detail: `${one.fault}; ${one.fix ?? ''}`,
          });
        return { node: name, mode: one?.mode };
      },
    );
  }
}

/** Sends the events of a deployment until it has ended: live where it runs here, else what its record shows. */
async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  { rollouts }: Services,
  found: DeploymentRecord,
  streams: Set<() => void>,
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': request.id,
  });
  const send = (type: string, data: unknown): void =>
    void raw.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  await new Promise<void>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    const end = (): void => {
      clearInterval(timer);
      stop?.();
      streams.delete(end);
      resolve();
    };
    streams.add(end);
    raw.on('close', end);
    stop = rollouts.watch(found.id, (event: RolloutEvent) => {
      send(event.type, event);
      if (event.type === 'finished') setImmediate(end);
    });
    if (stop !== undefined) return;
    let shown = '';
    const look = async (): Promise<void> => {
      const record = await rollouts.find(found.id);
      if (record !== undefined && !isRollout(record)) return end();
      const text = JSON.stringify(record === undefined ? null : deploymentJson(record, true));
      if (text !== shown) send('deployment', JSON.parse(text));
      shown = text;
      if (record?.outcome !== undefined || record === undefined) end();
    };
    timer = setInterval(() => void look().catch(end), LOOK);
    void look().catch(end);
  });
  raw.end();
}

const forOperators = { kind: 'forbidden', message: 'this is for admins, with tokens for all zones' } as const;
const noDeployment = { status: 404, code: 'no-deployment', title: 'There is no such deployment' } as const;

const isHeld = { status: 409, code: 'held', title: 'The release was held, and nothing of it was rolled out' } as const;

function isRollout(record: DeploymentRecord | Hold): record is DeploymentRecord {
  return 'nodes' in record;
}

function deploymentJson(record: DeploymentRecord | Hold, all: boolean): Record<string, unknown> {
  return isRollout(record) ? rolloutJson(record, all) : holdJson(record, all);
}

/** What a release waits for. It names zones, so it is for those who may know of all. */
function holdJson({ id, commit, status, blocks, count, startedAt, finishedAt }: Hold, all: boolean) {
  return {
    id,
    kind: 'deploy',
    release: null,
    commit,
    by: OURSELVES,
    status,
    started_at: new Date(startedAt).toISOString(),
    finished_at: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    nodes: [],
    held: {
      thresholds: count,
      reasons: all ? blocks.map(({ zone, rule, message }) => ({ zone: zoneText(zone), rule, message })) : [],
      fix: 'revert the commit, or allow it: POST /api/v1/deployments {"allow_deletes": true}',
    },
  };
}

function rolloutJson(record: DeploymentRecord, all: boolean): Record<string, unknown> {
  const { id, kind, release, commit, by, startedAt, finishedAt, outcome, nodes } = record;
  return {
    id,
    kind,
    release,
    commit,
    by,
    status: outcome ?? 'running',
    started_at: new Date(startedAt).toISOString(),
    finished_at: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    nodes: [...nodes.values()].map((each) => nodeRecordJson(each, all)),
  };
}

function nodeRecordJson(
  { node, step, outcome, message, fix, steps, octets }: NodeRecord,
  all: boolean,
): Record<string, unknown> {
  const said = all ? { message: message ?? null, fix: fix ?? null } : {};
  return { node, step, outcome: outcome ?? null, ...said, steps, octets };
}

function nodeJson(
  { name, host, location, nameserver, bgp, groups, web }: NodeEntry,
  all: boolean,
): Record<string, unknown> {
  return {
    name,
    host: all ? (host ?? null) : null,
    location: location ?? null,
    nameserver: nameserver?.kind ?? null,
    bgp: bgp?.kind ?? null,
    groups,
    web: web ?? false,
  };
}
