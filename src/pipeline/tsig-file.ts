import { DnsSyntaxError } from '../dns/fault.ts';
import type { TsigAlgorithm, TsigKey } from '../dns/message/tsig.ts';
import { tsigAlgorithms } from '../dns/message/tsig.ts';
import { parseName } from '../dns/name.ts';
import { octets } from '../dns/octets.ts';

/**
 * Reads a TSIG key as `tsig-keygen` writes it (`key "name" { algorithm hmac-sha256; secret "..."; };`) or as
 * `[algorithm:]name:secret`, the secret in base64. Throws `DnsSyntaxError`, which never holds the secret.
 */
export function parseTsigKey(text: string): TsigKey {
  const named = /key\s+"?([^\s"{]+)"?\s*\{([^}]*)\}/.exec(text);
  const [algorithm, name, secret] =
    named === null
      ? words(text.trim())
      : [
          /algorithm\s+"?([^\s;"]+)"?/.exec(named[2] as string)?.[1],
          named[1],
          /secret\s+"?([^\s;"]+)"?/.exec(named[2] as string)?.[1],
        ];
  const known = tsigAlgorithms.find((each) => each === (algorithm ?? 'hmac-sha256').toLowerCase().replace(/\.$/, ''));
  if (name === undefined || secret === undefined || known === undefined || !/^[A-Za-z0-9+/]{4,}={0,2}$/.test(secret)) {
    throw new DnsSyntaxError(
      'the TSIG key cannot be read',
      'write it as tsig-keygen prints it, or as [algorithm:]name:secret with the secret in base64',
    );
  }
  return {
    name: parseName(name.endsWith('.') ? name : `${name}.`),
    algorithm: known satisfies TsigAlgorithm,
    secret: octets(Buffer.from(secret, 'base64').toString('latin1')),
  };
}

function words(text: string): [string | undefined, string | undefined, string | undefined] {
  const parts = text.split(':');
  return parts.length === 3 ? [parts[0], parts[1], parts[2]] : [undefined, parts[0], parts[1]];
}
