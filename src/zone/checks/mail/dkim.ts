import { createPublicKey } from 'node:crypto';
import type { DomainName } from '../../../dns/name.ts';

/** Whether a name is that of a DKIM key: a selector above `_domainkey` (RFC 6376 section 3.6.2.1). */
export function isDkimName(owner: DomainName): boolean {
  // Names such as `_adsp._domainkey` and `_report._domainkey` hold policies (RFC 5617, RFC 6651).
  return owner.includes('._domainkey.') && !owner.startsWith('_');
}

/** The octets of a key that may have white space in it (RFC 6376 section 3.2); `undefined` where it is not base64. */
export function keyOctets(text: string): Buffer | undefined {
  const joined = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(joined) ? Buffer.from(joined, 'base64') : undefined;
}

/**
 * The length of an RSA key in bits, given in the form that DKIM verifiers read (SubjectPublicKeyInfo) or the one that
 * RFC 6376 names (RSAPublicKey); `undefined` where it is neither.
 */
export function rsaBits(key: Buffer): number | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      const parsed = createPublicKey({ key, format: 'der', type });
      return parsed.asymmetricKeyType === 'rsa' ? parsed.asymmetricKeyDetails?.modulusLength : undefined;
    } catch {
      // Not in this form.
    }
  }
  return undefined;
}
