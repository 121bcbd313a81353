import type { FastifyReply } from 'fastify';
import { displayName } from '../dns/name.ts';
import type { Refusal } from '../pipeline/origin/outcome.ts';
import { notYours } from '../pipeline/origin/permit.ts';
import { findingToJson } from '../pipeline/report/json.ts';
import type { Finding } from '../zone/finding.ts';

/** One thing that is wrong with a request (RFC 9457 extension `errors`). */
export interface ProblemDetail {
  /** The rule that is broken: a check's id, or `schema`, `owner`, `value` and so on. */
  readonly rule: string;
  readonly message: string;
  readonly fix?: string;
  /** Where: a JSON pointer into the body, or the file of a zone. */
  readonly path?: string;
  readonly line?: number;
  readonly pointer?: string;
}

/** An error as problem details (RFC 9457). */
export interface Problem {
  readonly status: number;
  /** The end of the type's URL; the rest is a page of the documentation. */
  readonly code: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly errors?: readonly ProblemDetail[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, code, title, detail, errors, headers } = problem;
  return reply
    .code(status)
    .headers(headers ?? {})
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:zonewright:problem:${code}`,
        title,
        status,
        ...(detail !== undefined && { detail }),
        code,
        request_id: reply.request.id,
        ...(errors !== undefined && { errors }),
      }),
    );
}

/** A refusal of the origin as a problem; `pointer` says where in the body it is, where that is known. */
export function problemOf(refusal: Refusal, pointer?: string): Problem {
  switch (refusal.kind) {
    case 'unknown':
      return unauthorized('this token does not count any more');
    case 'no-zone':
      return { status: 404, code: 'no-zone', title: 'There is no such zone', detail: displayName(refusal.zone) };
    case 'forbidden':
      return { status: 403, code: 'forbidden', title: 'This is not allowed', detail: refusal.message };
    case 'missing':
      return { status: 404, code: 'missing', title: 'It is not there', detail: refusal.message };
    case 'exists':
      if (refusal.hidden) return problemOf({ kind: 'forbidden', message: notYours(refusal.zone) });
      return { status: 409, code: 'exists', title: 'The zone is there already', detail: displayName(refusal.zone) };
    case 'stale':
      return { status: 412, code: 'stale', title: 'Somebody else was faster', detail: refusal.message };
    case 'invalid': {
      const { message, fix, field } = refusal;
      const errors = [{ rule: field, message, fix, ...(pointer !== undefined && { pointer }) }];
      return {
        status: 422,
        code: 'invalid',
        title: 'The request makes no sense',
        detail: `${message}; ${fix}`,
        errors,
      };
    }
    case 'refused': {
      const errors = refusal.findings.map(detailOf);
      const [first] = errors;
      return {
        status: 422,
        code: 'refused',
        title: 'The change breaks rules',
        ...(first !== undefined && { detail: first.message }),
        errors,
      };
    }
    case 'failure': {
      const { status, message, fix } = refusal;
      const detail = `${message}; ${fix}`;
      if (status === 'again')
        return { status: 503, code: 'again', title: 'Try again', detail, headers: { 'retry-after': '1' } };
      if (status === 'unavailable')
        return {
          status: 503,
          code: 'unavailable',
          title: 'Something needed is not available',
          detail,
          headers: { 'retry-after': '5' },
        };
      return { status: 422, code: status, title: 'This cannot be done', detail };
    }
  }
}

/** A finding as part of a problem. */
export function detailOf(finding: Finding): ProblemDetail & Record<string, unknown> {
  const { rule, message, fix, place } = finding;
  return { ...findingToJson(finding), rule, message, fix, path: place.file, line: place.line };
}

/** Nobody that is known. */
export function unauthorized(detail: string): Problem {
  return {
    status: 401,
    code: 'unauthorized',
    title: 'Who are you?',
    detail,
    headers: { 'www-authenticate': 'Bearer realm="zonewright"' },
  };
}
