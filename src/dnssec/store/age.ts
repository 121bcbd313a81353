import { readFileSync } from 'node:fs';
import { KeyStoreError } from './error.ts';

/** Where identities for age come from: the variables of the environment, as they are. */
export interface IdentitySource {
  readonly ZONEWRIGHT_AGE_KEY_FILE?: string | undefined;
  readonly ZONEWRIGHT_AGE_KEY?: string | undefined;
}

/** Whether an identity is named. */
export function hasIdentity(from: IdentitySource): boolean {
  return [from.ZONEWRIGHT_AGE_KEY_FILE, from.ZONEWRIGHT_AGE_KEY].some((text) => text !== undefined && text !== '');
}

/**
 * The identities of the environment, as `age-keygen` writes them: one a line, blank lines and comments between them.
 *
 * @throws KeyStoreError where there are none, or something else.
 */
export function readIdentities(from: IdentitySource): string[] {
  const { ZONEWRIGHT_AGE_KEY_FILE: file = '', ZONEWRIGHT_AGE_KEY: inline = '' } = from;
  const found: string[] = [];
  if (file !== '') {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new KeyStoreError(
        'unavailable',
        `the identity file ${file} (ZONEWRIGHT_AGE_KEY_FILE) cannot be read: ${(error as NodeJS.ErrnoException).code}`,
        'name the file that age-keygen has written, and make it readable',
      );
    }
    found.push(...identitiesOf(text, file));
  }
  if (inline !== '') found.push(...identitiesOf(inline, 'ZONEWRIGHT_AGE_KEY'));
  if (found.length > 0) return found;
  throw new KeyStoreError(
    'unavailable',
    'the private keys are encrypted with age, and there is no identity to decrypt them with',
    'set ZONEWRIGHT_AGE_KEY_FILE to the file of the identity, or ZONEWRIGHT_AGE_KEY to the identity itself',
  );
}

function identitiesOf(text: string, where: string): string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line, at) => ({ line: line.trim(), at }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  const wrong = lines.find(({ line }) => !/^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]{50,100}$/.test(line));
  if (wrong === undefined) return lines.map(({ line }) => line);
  throw new KeyStoreError(
    'unavailable',
    `line ${wrong.at + 1} of ${where} is no age identity`,
    'name a file with lines that begin with AGE-SECRET-KEY-1, not encrypted itself; keys of SSH and plugins are not read',
  );
}

/** The recipients of the identities, to which files are encrypted that they decrypt. */
export async function recipientsOf(identities: readonly string[]): Promise<string[]> {
  const { identityToRecipient } = await import('age-encryption');
  return guardedAge('an identity is damaged', 'make a new one with age-keygen, or bring the old one back', () =>
    Promise.all(identities.map((identity) => identityToRecipient(identity))),
  );
}

/** Encrypts a text to recipients, as an armored file. */
export async function encrypt(text: string, recipients: readonly string[]): Promise<string> {
  const { Encrypter, armor } = await import('age-encryption');
  return guardedAge(
    'a recipient of the key store is none that age knows',
    'write recipients as age-keygen prints them: age1 and 58 more letters and digits',
    async () => {
      const encrypter = new Encrypter();
      for (const recipient of recipients) encrypter.addRecipient(recipient);
      return armor.encode(await encrypter.encrypt(text));
    },
  );
}

/** Decrypts an armored file. `where` names it in messages. */
export async function decrypt(file: string, identities: readonly string[], where: string): Promise<string> {
  const { Decrypter, armor } = await import('age-encryption');
  try {
    const decrypter = new Decrypter();
    for (const identity of identities) decrypter.addIdentity(identity);
    return await decrypter.decrypt(armor.decode(file), 'text');
  } catch (error) {
    // What the library says is only looked at, never shown.
    if (error instanceof Error && error.message.includes('no identity matched')) {
      throw new KeyStoreError(
        'unavailable',
        `${where} is encrypted to others than the identity that is given`,
        'set ZONEWRIGHT_AGE_KEY_FILE or ZONEWRIGHT_AGE_KEY to the identity of one of its recipients',
      );
    }
    throw broken(where);
  }
}

/**
 * Looks at an armored file from outside, which needs no identity: that it is whole, has a header, and something behind it.
 *
 * @throws KeyStoreError where it cannot be decrypted by anybody. `where` names it in messages.
 */
export async function refuseBroken(file: string, where: string): Promise<void> {
  const { armor } = await import('age-encryption');
  let text = '';
  try {
    text = Buffer.from(armor.decode(file)).toString('latin1');
  } catch {
    throw broken(where);
  }
  const header = HEADER.exec(text);
  if (header === null || text.length - header[0].length <= PAYLOAD_OVERHEAD) throw broken(where);
}

/** What stands before the payload: recipients with their stanzas, and a code over all of it. */
const HEADER =
  /^age-encryption\.org\/v1\n(?:-> [!-~]+(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+--- [A-Za-z0-9+/]{43}\n/;
/** A nonce before the payload, and a code at its end, octets. */
const PAYLOAD_OVERHEAD = 32;

function broken(where: string): KeyStoreError {
  return new KeyStoreError(
    'refused',
    `${where} is cut off or changed`,
    'bring it back from the repository or a backup',
  );
}

async function guardedAge<T>(message: string, fix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new KeyStoreError('refused', message, fix);
  }
}

/** Whether a text is a recipient by its looks. */
export function isRecipient(text: string): boolean {
  return /^age1[0-9a-z]{50,4000}$/.test(text);
}

/** The recipients of a file as `age -R` reads it: one a line, blank lines and comments between them. */
export function readRecipients(text: string, where: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const recipients = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (recipients.length > 0 && recipients.every(isRecipient)) return recipients;
  throw new KeyStoreError(
    'refused',
    recipients.length === 0 ? `${where} names no recipient` : `${where} has a line that is no age recipient`,
    'write one recipient a line, as age-keygen prints them',
  );
}
