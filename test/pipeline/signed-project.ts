import type { Failure } from '../../src/pipeline/failure.ts';

export const HOUR = 3600_000;
export const DAY = 24 * HOUR;

/** When tests begin whose clock is moved by hand: keys are not made in the future. Milliseconds since 1970. */
export const start = Math.floor(Date.now() / 1000) * 1000;

/** The document of a small zone that a policy signs. */
export const document = (dnssec: string): string =>
  `ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: ${dnssec}\n` +
  'records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: 192.0.2.1 }\n';

/** What a use case has given, which has not failed. */
export function succeed<T extends { readonly kind: string }>(result: T | Failure): Exclude<T, Failure> {
  if (result.kind === 'failure') throw new Error((result as Failure).message);
  return result as Exclude<T, Failure>;
}
