/** What a dialect says to a request. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Turned into JSON; `undefined`: no body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An answer with a body that becomes JSON. */
export function answer(status: number, body: unknown, headers?: Answer['headers']): Answer {
  return { kind: 'answer', status, body, headers };
}

/** Whether something is an answer already, most often a refusal. */
export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'answer';
}
