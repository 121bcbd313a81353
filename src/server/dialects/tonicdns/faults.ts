import type { Refusal } from '../../../pipeline/origin/outcome.ts';
import { stops } from '../../../zone/finding.ts';
import { type Answer, answer } from '../answer.ts';

/** Requests that make no sense. The provider's document says so; its server said 400, with the same body. */
export const INVALID = 508;

/** One thing that is wrong with a property of the input. */
export interface Problem {
  readonly property: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** An error with one code. */
export function fault(status: number, error: string, code: string): Answer {
  return answer(status, { error, detail: { code } });
}

/** The body was not what it must be. */
export function malformed(
  error = 'Request body was malformed. Ensure the body is in valid format.',
  code = 'BODY_MALFORMED',
): Answer {
  return fault(INVALID, error, code);
}

/** Something that has to be there is not. */
export function missing(error: string): Answer {
  return fault(INVALID, error, 'MISSING_REQUIRED_PARAMETERS');
}

/** Properties that are wrong. `id` counts what was looked at in the same request, as the provider's validators do. */
export function invalid(problems: readonly Problem[], id = 0): Answer {
  return answer(INVALID, { error: wordsOf(problems), detail: detailOf(problems, id) });
}

/** The words for problems, a line each. */
export function wordsOf(problems: readonly Problem[], header = true): string {
  const lines = problems.map(({ property, message }) => `${property} - ${message}`);
  return [...(header ? ['The following properties were invalid:'] : []), ...lines].join('\n');
}

/** What programs read of problems. */
export function detailOf(problems: readonly Problem[], id: number): { readonly id: number; readonly code: string[] } {
  return { id, code: problems.flatMap(({ code }) => code ?? []) };
}

/** There is no such thing: the provider says so with an empty list. */
export function notFound(): Answer {
  return answer(404, []);
}

/** The codes for rules that records break together. */
const codes = new Map([['cname-with-other-data', 'RECORD_CNAME_OTHER_PRESENT']]);

/** The codes for what is wrong with one value of an order. */
const fields = new Map([
  ['owner', ['records', 'RECORD_INVALID_NAME']],
  ['type', ['records', 'RECORD_INVALID_TYPE']],
  ['ttl', ['records', 'RECORD_INVALID_TTL']],
  ['value', ['records', 'RECORD_INVALID_CODE']],
  ['name', ['name', 'ZONE_INVALID_DOMAIN']],
]);

/** What the repository refused, in the provider's words. */
export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.kind) {
    case 'unknown':
      return fault(403, 'Authentication failed', 'AUTHENTICATION_FAILED');
    case 'no-zone':
      return notFound();
    case 'missing':
      return fault(404, refusal.message, 'RECORD_DELETE_FAILED');
    case 'forbidden':
      return fault(403, refusal.message, refusal.review === true ? 'REVIEW_REQUIRED' : 'AUTHENTICATION_FAILED');
    case 'exists':
      return fault(409, 'Resource already exists', 'ZONE_ALREADY_EXISTS');
    case 'stale':
      return fault(409, refusal.message, 'ZONE_MODIFY_FAILED');
    case 'invalid': {
      const [property = 'zone', code = 'ZONE_MODIFY_FAILED'] = fields.get(refusal.field) ?? [];
      return invalid([{ property, message: `${refusal.message}: ${refusal.fix}`, code }]);
    }
    case 'refused': {
      const errors = refusal.findings.filter(stops);
      return invalid(
        (errors.length > 0 ? errors : refusal.findings).map(({ rule, message, fix }) => ({
          property: 'records',
          message: `${message}: ${fix}`,
          code: codes.get(rule) ?? 'ZONE_INVALID_RECORDS',
        })),
      );
    }
    case 'failure':
      return refusal.status === 'usage' || refusal.status === 'refused'
        ? invalid([
            { property: 'records', message: `${refusal.message}: ${refusal.fix}`, code: 'ZONE_INVALID_RECORDS' },
          ])
        : fault(500, refusal.message, 'INTERNAL_SERVER_ERROR');
  }
}
