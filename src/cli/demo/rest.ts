import type { Stage } from './stage.ts';

/** What a request came to. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
}

/** Sends a request with a JSON body, and shows it as a command for curl, and what is answered. */
export type Call = (method: string, path: string, body: unknown) => Promise<Answer>;

/** The header fields of answers that are shown. */
const SHOWN = ['zonewright-commit', 'zonewright-deployed'];

/** The longest body that is shown. */
const WIDTH = 100;

/** A caller of the API at an address. The token is never shown. */
export function newCaller(stage: Stage, base: string, token: string): Call {
  return async (method, path, body) => {
    const json = JSON.stringify(body);
    const url = `${base}${path}`;
    // No JSON of the demo has an apostrophe in it, nor has a path anything that a shell would read inside of those.
    const command = [
      `curl -si -X ${method} '${url}'`,
      `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`,
      `-d '${json}'`,
    ];
    await stage.prompt(command.join(' \\\n      '));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(url, { method, headers, body: json });
    const text = await response.text();
    const fields = SHOWN.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [`${name}: ${value}`];
    });
    await stage.show(
      [
        `HTTP/1.1 ${response.status} ${response.statusText}`,
        ...fields,
        text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text,
      ].join('\n'),
    );
    return { status: response.status, headers: response.headers };
  };
}
