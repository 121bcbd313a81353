/** What bodies hold: a user, a zone, a record, a DS, an error. */
export interface LuaRow {
  readonly id: number;
  readonly name: string;
  readonly name_servers: readonly string[];
  readonly synced: boolean;
  readonly records: LuaRows;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly generated: boolean;
  readonly classification: string;
}

/** Rows, of which a test knows how many there are at least. */
export type LuaRows = readonly [LuaRow, LuaRow, ...LuaRow[]];

/** An answer, its body read as JSON: one row or several, as the test knows. */
export interface LuaAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: LuaRow & LuaRows;
}

/** Sends requests as the provider's own client does: JSON without a Content-Type. */
export type LuaClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<LuaAnswer>;

/** A client of the dialect with a key. */
export function luaClient(url: string, key: string, user = 'joe@example.com'): LuaClient {
  const authorization = `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/luadns/v1${path}`, {
      method,
      headers: { authorization, accept: 'application/json', ...headers },
      // Octets, so that no Content-Type is added.
      ...(body !== undefined && { body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}

/** The keys of an object, in their order. */
export function keysOf(value: object): string[] {
  return Object.keys(value);
}

/** A zone without what a release changes that is built meanwhile: whether it is in sync, and its serial. */
export function settled(zone: unknown): unknown {
  const text = JSON.stringify(zone);
  return JSON.parse(
    text.replace(/"synced":(true|false)/, '"synced":null').replace(/("SOA","content":"\S+ \S+ )\d+/, '$1 0'),
  );
}
