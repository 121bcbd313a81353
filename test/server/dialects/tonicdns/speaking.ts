/** An answer of the dialect. */
export interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** A server that is spoken to in TonicDNS. */
export interface Speaking {
  /** The token that `say` shows. */
  token: string | undefined;
  readonly url: string;
  /** Sends a request with a body that is made JSON, unless it is text already. */
  say(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Said>;
  /** Deletes all zones. */
  clear(): Promise<void>;
  /** Runs git in the repository. */
  git(...args: string[]): Promise<string>;
}

/** Speaks to a server, with a token of an account or a session. */
export function speakTo(
  { url, git }: { readonly url: string; git(...args: string[]): Promise<string> },
  token: string | undefined,
): Speaking {
  const speaking: Speaking = {
    token,
    url,
    git,
    async say(method, path, body, headers = {}) {
      const response = await fetch(`${url}/tonicdns${path}`, {
        method,
        headers: { ...(speaking.token !== undefined && { 'x-authentication-token': speaking.token }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? (JSON.parse(text) as unknown) : undefined,
      };
    },
    async clear() {
      const { json } = await speaking.say('GET', '/zone');
      for (const { name } of json as { name: string }[]) await speaking.say('DELETE', `/zone/${name}`);
    },
  };
  return speaking;
}
