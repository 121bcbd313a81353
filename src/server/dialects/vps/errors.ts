import type { Refusal } from '../../../pipeline/origin/outcome.ts';
import { stops } from '../../../zone/finding.ts';
import { type Answer, answer } from '../answer.ts';

/** What a token may be allowed; the words stand for verbs of tokens. */
export type Permission = 'dns:list' | 'dns:create' | 'dns:update' | 'dns:delete';

/** An error as the provider shows it. */
export function errorAnswer(status: number, detail: string, code: string, headers?: Answer['headers']): Answer {
  return answer(status, { detail, error_code: code }, headers);
}

/** 400: what is wrong with a field. */
export function invalid(field: string, detail: string): Answer {
  return answer(400, { detail, error_code: 'validation_error', field });
}

/** 401. */
export function unauthorized(detail = 'Invalid API token'): Answer {
  return errorAnswer(401, detail, 'authentication_failed', { 'www-authenticate': 'Bearer realm="api"' });
}

/** 403 */
export function forbidden(permission: Permission, why?: string): Answer {
  const detail = `Token lacks ${permission} permission`;
  return errorAnswer(403, why === undefined ? detail : `${detail}: ${why}`, 'permission_denied');
}

/** 404: it is not there, or somebody else's. */
export function notFound(what: 'Zone' | 'Record'): Answer {
  return errorAnswer(404, `${what} not found`, 'not_found');
}

/** The names that fields of orders have here. */
const fields = new Map([
  ['owner', 'name'],
  ['name', 'domain'],
  ['type', 'record_type'],
  ['ttl', 'ttl'],
  ['value', 'value'],
]);

/**
 * What the repository refused, in the provider's shape.
 *
 * @param field what broken rules are said of
 */
export function refusalAnswer(refusal: Refusal, permission: Permission, field: 'domain' | 'value'): Answer {
  switch (refusal.kind) {
    case 'unknown':
      return unauthorized();
    case 'no-zone':
      return notFound('Zone');
    case 'missing':
      return notFound('Record');
    case 'forbidden':
      return refusal.review === true
        ? errorAnswer(403, refusal.message, 'review_required')
        : forbidden(permission, refusal.message);
    case 'exists':
      return invalid('domain', 'Zone already exists');
    case 'stale':
      return errorAnswer(409, refusal.message, 'conflict');
    case 'invalid':
      return refusal.field === 'name'
        ? invalid('domain', 'Invalid domain name')
        : invalid(fields.get(refusal.field) ?? field, `${refusal.message}: ${refusal.fix}`);
    case 'refused': {
      const finding = refusal.findings.find(stops) ?? refusal.findings[0];
      return invalid(field, finding === undefined ? 'Refused' : `${finding.message}: ${finding.fix}`);
    }
    case 'failure':
      return refusal.status === 'usage' || refusal.status === 'refused'
        ? invalid(field, `${refusal.message}: ${refusal.fix}`)
        : errorAnswer(503, refusal.message, 'service_unavailable');
  }
}
