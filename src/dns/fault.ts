/**
 * What a parser of this folder throws on bad input: a sentence that says what is wrong and one that says what to write.
 *
 * Whoever knows the place (the zone reader, the master-file reader, the message reader) catches it and adds file, line and
 * column; it never reaches a user as an exception.
 */
export class DnsSyntaxError extends Error {
  /** One sentence: what to write instead. */
  readonly fix: string;
  /** The id of the rule that is broken; `rdata-syntax` unless the parser knows better. */
  readonly rule: string;

  constructor(message: string, fix: string, rule = 'rdata-syntax') {
    super(message);
    this.name = 'DnsSyntaxError';
    this.fix = fix;
    this.rule = rule;
  }
}

/** A stretch of input as it is shown in a message: quoted, cut at 60 characters, control characters made visible. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `"${short.replace(/[\x00-\x1f\x7f-\x9f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
}
