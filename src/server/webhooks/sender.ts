import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a delivery tells, as far as it concerns us. */
export type Delivery =
  /** The deployed branch was pushed to. */
  | { readonly kind: 'push' }
  /** A pull request to the deployed branch is new or another. */
  | { readonly kind: 'review'; readonly number: number }
  /** A pull request to the deployed branch was merged. */
  | { readonly kind: 'merged'; readonly number: number }
  /** Nothing is to be done; `why` is told to the sender. */
  | { readonly kind: 'ignored'; readonly why: string };

/** What a delivery is held against. */
export interface Expected {
  /** The repository that is configured; deliveries about others are ignored. */
  readonly repository: string;
  /** The deployed branch. */
  readonly branch: string;
  /** The label that lifts thresholds. */
  readonly label: string;
}

/** A program that sends webhooks. */
export interface Sender {
  /** Its name in the configuration and in the path. */
  readonly name: 'github' | 'gitea' | 'gitlab' | 'push';
  /** Whether whoever sent it knows the secret. `body` is what came, octet by octet. */
  verify(headers: IncomingHttpHeaders, body: Buffer, secret: string): boolean;
  /** What a repetition of the delivery has as well; `undefined` where it says nothing of that kind. */
  idOf(headers: IncomingHttpHeaders): string | undefined;
  /**
   * Says what a delivery means. It is signed, but may be anything.
   *
   * @throws PayloadError where it lacks what it needs.
   */
  read(headers: IncomingHttpHeaders, payload: unknown, expected: Expected): Delivery;
}

/** What is thrown where a signed delivery is not as its sender describes it. */
export class PayloadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PayloadError';
  }
}

/** Nothing is to be done. */
export function ignored(why: string): Delivery {
  return { kind: 'ignored', why };
}

/** A header that is there once. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The id of a delivery as a header has it; `undefined` where it is no word. */
export function idFrom(headers: IncomingHttpHeaders, ...names: readonly string[]): string | undefined {
  const id = names.map((name) => header(headers, name)).find((value) => value !== undefined && value !== '');
  return id !== undefined && /^[\x21-\x7e]{1,200}$/.test(id) ? id : undefined;
}

/** Whether a text is the HMAC-SHA-256 of a body in hexadecimal digits. Takes the same time wherever they differ. */
export function isSignature(text: string | undefined, body: Buffer, secret: string): boolean {
  if (text === undefined || !/^[0-9a-f]{64}$/i.test(text)) return false;
  return timingSafeEqual(Buffer.from(text, 'hex'), createHmac('sha256', secret).update(body).digest());
}

/** Whether two secrets are the same, without a hint where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  // HMACs have one length, whatever is compared.
  const [one, other] = [a, b].map((text) => createHmac('sha256', 'compare').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

/** What stands at a path of a payload; `undefined` where nothing does. */
export function at(payload: unknown, ...path: readonly (string | number)[]): unknown {
  let found = payload;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string | number, unknown>)[key];
  }
  return found;
}

/** The text at a path. Throws a PayloadError where there is none. */
export function textAt(payload: unknown, ...path: readonly (string | number)[]): string {
  const found = at(payload, ...path);
  if (typeof found === 'string') return found;
  throw new PayloadError(`${path.join('.')} is not a text`);
}

/** The number of a pull request at a path. Throws a PayloadError where there is none. */
export function numberAt(payload: unknown, ...path: readonly (string | number)[]): number {
  const found = at(payload, ...path);
  if (typeof found === 'number' && Number.isSafeInteger(found) && found > 0) return found;
  throw new PayloadError(`${path.join('.')} is not a number above 0`);
}

/** What a push means, by the reference that moved and the commit that it is at. */
export function pushOf(ref: string, after: unknown, { branch }: Expected): Delivery {
  if (ref !== `refs/heads/${branch}`) return ignored('another branch');
  if (typeof after === 'string' && /^0+$/.test(after)) return ignored('the branch was deleted; what is deployed stays');
  return { kind: 'push' };
}

/** Whether two names are those of one repository; hosts do not tell capitals from small letters. */
export function isRepository(name: unknown, { repository }: Expected): boolean {
  return typeof name === 'string' && name.toLowerCase() === repository.toLowerCase();
}
