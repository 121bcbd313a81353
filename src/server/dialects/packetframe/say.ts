import { isRefusal, type Refusal } from '../../../pipeline/origin/outcome.ts';
import { stops } from '../../../zone/finding.ts';
import { type Answer, answer } from '../answer.ts';

/** What every answer is: whether it went well, and what is to be said or shown. Keys come sorted, as clients know them. */
export function say(success: boolean, message: unknown, status = 200, headers?: Answer['headers']): Answer {
  return answer(status, { message, success }, headers);
}

/** It was done, or here it is. */
export function done(message: unknown): Answer {
  return say(true, message);
}

/** It was not done. The provider's status of nearly all errors is 200. */
export function not(message: string, status = 200): Answer {
  return say(false, message, status);
}

/** Sorted keys at all depths, as the provider prints them. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}

/** What the repository refused, in the provider's words where it has some. `zone` as it was asked for. */
export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.kind) {
    case 'unknown':
      return not('Not authenticated');
    case 'no-zone':
      return not("zone doesn't exist");
    case 'forbidden':
      return not(refusal.review === true ? refusal.message : `Access Denied: ${refusal.message}`);
    case 'exists':
      return not('Zone already exists');
    case 'missing':
    case 'stale':
      return not(refusal.message);
    case 'invalid':
      return not(`${refusal.message}; ${refusal.fix}`);
    case 'refused': {
      const first = refusal.findings.find(stops) ?? refusal.findings[0];
      return not(first === undefined ? 'the zone cannot be changed' : `${first.message}; ${first.fix}`);
    }
    case 'failure':
      return not(`${refusal.message}; ${refusal.fix}`, refusal.status === 'refused' ? 200 : 503);
  }
}

/** The answer to what was refused; `undefined` where it was not. */
export function refused(outcome: { readonly kind: string }): Answer | undefined {
  return isRefusal(outcome as Refusal) ? refusalAnswer(outcome as Refusal) : undefined;
}
