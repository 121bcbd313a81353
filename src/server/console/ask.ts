import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What the API said. */
export interface Said<T> {
  readonly status: number;
  readonly json: T;
  /** The cursor of the next page, where there is one. */
  readonly next: string | undefined;
}

/** What the API says where it refuses. */
export interface Refused {
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly message: string; readonly fix?: string }[];
}

/** Asks the API on behalf of whoever looks at a page: what they may and what is right is decided there alone. */
export type Ask = <T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Said<T>>;

/** The API as the holder of a token sees it, asked from where the request comes. */
export function askAs(app: FastifyInstance, request: FastifyRequest, token: string): Ask {
  return async <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, headers = {}) => {
    const answer = await app.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: request.ip,
      headers: { authorization: `Bearer ${token}`, host: request.headers.host ?? 'localhost', ...headers },
      ...(body !== undefined && { payload: body as object }),
    });
    const next = /[?&]cursor=([A-Za-z0-9_-]+)/.exec(String(answer.headers.link ?? ''))?.[1];
    const json = (answer.payload === '' ? {} : JSON.parse(answer.payload)) as T;
    return { status: answer.statusCode, json, next };
  };
}

const COOKIE = 'zonewright_console';

/** The token that a browser shows; `undefined` where it shows none. */
export function tokenOf(request: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([A-Za-z0-9_]{1,200})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
}

/** The cookie with which a browser shows a token until it is closed; without one it forgets it. Scripts cannot read it. */
export function cookieOf(token: string | undefined, request: FastifyRequest): string {
  const value = `${COOKIE}=${token ?? ''}; Path=/console; HttpOnly; SameSite=Strict`;
  return value + (request.protocol === 'https' ? '; Secure' : '') + (token === undefined ? '; Max-Age=0' : '');
}

/** Whether a form was sent by a page of ours. The cookie is not sent along from elsewhere; this does not hang on it alone. */
export function isOwnForm(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.host);
}
