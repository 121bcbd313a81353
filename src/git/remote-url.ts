import { isAbsolute } from 'node:path';
import { GitError } from './error.ts';

/** What proves to a remote who we are, over HTTPS. */
export interface Credentials {
  readonly username: string;
  /** A password or an access token. */
  readonly password: string;
}

/** Where a repository is that we fetch from and push to. */
export interface RemoteAddress {
  /** Without a password. */
  readonly url: string;
  readonly credentials: Credentials | undefined;
}

const SCHEMES = new Set(['https:', 'http:', 'ssh:', 'git+ssh:', 'ssh+git:', 'file:']);

/**
 * Reads an address as people write it: `https://…`, `ssh://…`, `user@host:path`, `file://…` or an absolute path. A password
 * in it is taken out, so that it shows in no argument, log or error.
 *
 * @throws GitError for options, for transports that run programs (`ext::`, `fd::`) and for anything else.
 */
export function readRemoteAddress(text: string): RemoteAddress {
  const refuse = (why: string): GitError =>
    new GitError(
      'refused',
      `the address of the remote ${why}`,
      'write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, file:///PATH or an absolute path',
    );
  if (text === '' || text.length > 2000) throw refuse('is empty or too long');
  if (text.startsWith('-')) throw refuse('begins with a hyphen');
  if (/[\0-\x20\x7f]/.test(text)) throw refuse('has a space or a control character');
  if (isAbsolute(text)) return { url: text, credentials: undefined };
  if (/^[A-Za-z0-9+.-]*::/.test(text)) throw refuse('names a transport that runs programs');
  if (text.includes('://')) return readUrl(text, refuse);
  if (/^([A-Za-z0-9_][\w.+-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:[^-:][^:]*$/.test(text)) {
    return { url: text, credentials: undefined };
  }
  throw refuse('is in no form that is understood');
}

function readUrl(text: string, refuse: (why: string) => GitError): RemoteAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !SCHEMES.has(url.protocol)) throw refuse('has a scheme that is not understood');
  if (url.protocol !== 'file:' && (url.hostname === '' || url.hostname.startsWith('-'))) throw refuse('has no host');
  if (url.username.startsWith('-')) throw refuse('has a user that begins with a hyphen');
  if (url.search !== '' || url.hash !== '') throw refuse('has a query or a fragment');
  const web = url.protocol.startsWith('http');
  if (url.password !== '' && !web) throw refuse('has a password that only HTTPS could use');
  if (!web || (url.username === '' && url.password === '')) return { url: text, credentials: undefined };
  const credentials = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  // A token alone may stand where the name does.
  url.username = '';
  url.password = '';
  return { url: url.href, credentials };
}

/** A text without the passwords of addresses in it, without these secrets in any spelling, and without control characters. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1');
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const spelling of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      clean = clean.replaceAll(spelling, '***');
    }
  }
  return clean.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '').trim();
}
