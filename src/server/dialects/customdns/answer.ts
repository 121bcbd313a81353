import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../../../pipeline/origin/outcome.ts';
import { stops } from '../../../zone/finding.ts';
import type { Content, Fields } from './format.ts';

/** What is said to a request. */
export interface Said {
  readonly status: number;
  readonly content: Content;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** 204: done, and nothing to say. */
export const done: Said = { status: 204, content: { kind: 'none' } };

/** One thing by its name. */
export function one(name: string, fields: Fields): Said {
  return { status: 200, content: { kind: 'one', name, fields } };
}

/** A list of things. */
export function list(name: string, rows: readonly Fields[]): Said {
  return { status: 200, content: { kind: 'list', name, rows } };
}

/** A number as text. */
export function number(value: number): Said {
  return { status: 200, content: { kind: 'text', text: String(value) } };
}

/** An error; the provider's document says no more than its status. */
export function refuse(status: number, message = STATUS_CODES[status] ?? 'Error'): Said {
  return { status, content: { kind: 'one', name: 'error', fields: { status, message } } };
}

/** Whether something is said already, most often an error. */
export function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'status' in value && 'content' in value;
}

/** What the repository refused. */
export function refusalSaid(refusal: Refusal): Said {
  switch (refusal.kind) {
    case 'unknown':
      return refuse(401);
    case 'no-zone':
      return refuse(404, 'there is no such zone');
    case 'missing':
      return refuse(404, refusal.message);
    case 'forbidden':
      return refuse(403, refusal.message);
    case 'exists':
      return refuse(409, 'the zone exists already');
    case 'stale':
      return refuse(409, refusal.message);
    case 'invalid':
      return refuse(400, `${refusal.message}: ${refusal.fix}`);
    case 'refused': {
      const [first] = [...refusal.findings.filter(stops), ...refusal.findings];
      return refuse(400, first === undefined ? 'the zone cannot be so' : `${first.message}: ${first.fix}`);
    }
    case 'failure':
      if (refusal.status === 'usage' || refusal.status === 'refused')
        return refuse(400, `${refusal.message}: ${refusal.fix}`);
      return refuse(503, refusal.message);
  }
}
