import { parseTsigKey, type TsigKey } from '../dns/message/tsig.ts';

/**
 * Reads a TSIG key as `tsig-keygen` writes it (`key "name" { algorithm hmac-sha256; secret "..."; };`) or in one line as
 * `dig -y` takes it. Throws `DnsSyntaxError`, which never holds the secret.
 */
export function readTsigKey(text: string): TsigKey {
  const clause = /^\s*key\s+"?([^\s"{]+)"?\s*\{([^}]*)\}/m.exec(text);
  if (clause === null) return parseTsigKey(text.trim());
  const [, name, body] = clause as unknown as [string, string, string];
  const of = (word: string): string | undefined => new RegExp(`\\b${word}\\s+"?([^\\s;"]+)"?`).exec(body)?.[1];
  return parseTsigKey(`${of('algorithm') ?? 'hmac-sha256'}:${name}:${of('secret') ?? ''}`);
}
