import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DomainName } from '../../dns/name.ts';
import type { RecordEdit, ZoneOrder } from '../../pipeline/origin/order.ts';
import { isRefusal, type Refusal } from '../../pipeline/origin/outcome.ts';
import { planOf } from '../../pipeline/origin/plan.ts';
import type { NewValue } from '../../zone/edit/change.ts';
import type { Services } from '../services.ts';
import { callerOf, ifMatchOf, readTags, refuse, type WriteQuery, writeQuery } from './door.ts';
import { answers, changes as changesSchema, name, outcome as outcomeSchema, writeAnswers } from './schema.ts';
import { changedJson, findingsJson, readOwner, readValue, readZoneName, type ValueBody } from './shape.ts';
import { type Done, write } from './writing.ts';

interface ChangeBody {
  readonly op: 'put' | 'add' | 'delete';
  readonly name: string;
  readonly type: string;
  readonly ttl?: number | null;
  readonly values?: readonly ValueBody[];
}

interface ZoneChangesBody {
  readonly zone: string;
  readonly changes: readonly ChangeBody[];
  readonly if_match?: string;
}

/** `/zones/{zone}/changes`, `/changes` and `/plan`: batches, all of them or nothing. */
export function registerChanges(app: FastifyInstance, services: Services): void {
  const { origin } = services;
  const several = {
    type: 'object',
    additionalProperties: false,
    required: ['zones'],
    properties: {
      message: { type: 'string', maxLength: 500, description: "The commit's subject." },
      zones: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['zone', 'changes'],
          properties: { zone: name, changes: changesSchema, if_match: { type: 'string', maxLength: 200 } },
        },
      },
    },
  } as const;

  app.post<{
    Params: { zone: string };
    Body: { changes: readonly ChangeBody[]; message?: string };
    Querystring: WriteQuery;
  }>(
    '/zones/:zone/changes',
    {
      schema: {
        summary: 'Change several RRsets of a zone in one commit',
        operationId: 'changeRecords',
        tags: ['records'],
        params: { type: 'object', required: ['zone'], properties: { zone: name } },
        querystring: writeQuery,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['changes'],
          properties: { changes: changesSchema, message: { type: 'string', maxLength: 500 } },
        },
        response: writeAnswers({ 200: outcomeSchema }),
      },
    },
    async (request, reply) => {
      const { changes, message } = request.body;
      const order = orderOf({ zone: request.params.zone, changes });
      if (isRefusal(order)) return refuse(reply, order);
      const zones = [{ ...order, ifMatch: ifMatchOf(request) }];
      return write(services, request, reply, { zones, subject: message }, outcomeOf);
    },
  );

  app.post<{ Body: { zones: readonly ZoneChangesBody[]; message?: string }; Querystring: WriteQuery }>(
    '/changes',
    {
      schema: {
        summary: 'Change several zones in one commit',
        operationId: 'changeZones',
        tags: ['records'],
        querystring: writeQuery,
        body: several,
        response: writeAnswers({ 200: outcomeSchema }),
      },
    },
    async (request, reply) => {
      const zones = ordersOf(request);
      if (!Array.isArray(zones)) return refuse(reply, zones);
      return write(services, request, reply, { zones, subject: request.body.message }, outcomeOf);
    },
  );

  app.post<{ Body: { zones: readonly ZoneChangesBody[] } }>(
    '/plan',
    {
      schema: {
        summary: 'Say what changes would do: records, findings, thresholds',
        operationId: 'plan',
        tags: ['records'],
        body: several,
        response: answers({ 200: outcomeSchema }),
      },
    },
    async (request, reply) => {
      const zones = ordersOf(request);
      if (!Array.isArray(zones)) return refuse(reply, zones);
      const outcome = await origin.change(callerOf(request), { zones, dryRun: true });
      if (isRefusal(outcome)) return refuse(reply, outcome);
      const { body } = outcomeOf(outcome);
      return { ...body, plan: planOf(outcome.zones, services.config().thresholds) };
    },
  );
}

function ordersOf(
  request: FastifyRequest<{ Body: { zones: readonly ZoneChangesBody[] } }>,
): (ZoneOrder & { kind: 'edit' })[] | Refusal {
  const orders: (ZoneOrder & { kind: 'edit' })[] = [];
  for (const each of request.body.zones) {
    const order = orderOf(each);
    if (isRefusal(order)) return order;
    orders.push({ ...order, ...(each.if_match !== undefined && { ifMatch: readTags(each.if_match) }) });
  }
  return orders;
}

function orderOf({ zone: zoneName, changes }: ZoneChangesBody): (ZoneOrder & { kind: 'edit' }) | Refusal {
  const zone = readZoneName(zoneName);
  if (typeof zone !== 'string') return zone;
  const edits: RecordEdit[] = [];
  for (const [at, change] of changes.entries()) {
    const edit = editOf(change, zone, at);
    if ('kind' in edit) return edit;
    edits.push(...edit);
  }
  return { kind: 'edit', zone, edits };
}

/** A `delete` without values takes the whole RRset away, one with values these. */
function editOf(change: ChangeBody, zone: DomainName, at: number): RecordEdit[] | Refusal {
  const { op, type, ttl, values: bodies = [] } = change;
  const owner = readOwner(change.name, zone, at);
  if (typeof owner !== 'string') return owner;
  const values: NewValue[] = [];
  for (const body of bodies) {
    const value = readValue(body, type, zone, at);
    if ('kind' in value) return value;
    values.push(value);
  }
  if (op === 'delete') {
    return bodies.length === 0 ? [{ op: 'clear', owner, type }] : [{ op: 'subtract', owner, type, values }];
  }
  if (values.length === 0)
    return {
      kind: 'invalid',
      message: `"${op}" needs values`,
      fix: 'give "values", or use "delete"',
      at,
      field: 'value',
    };
  return [{ op, owner, type, ttl: ttl ?? undefined, values }];
}

function outcomeOf({ kind, commit, zones, findings }: Done): { status: number; body: Record<string, unknown> } {
  return {
    status: 200,
    body: {
      commit: kind === 'dry-run' ? null : (commit ?? null),
      dry_run: kind === 'dry-run',
      unchanged: kind === 'unchanged',
      zones: changedJson(zones),
      findings: findingsJson(findings),
    },
  };
}
