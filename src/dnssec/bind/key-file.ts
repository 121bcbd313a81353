import { readDnskey } from '../../dns/dnssec/dnskey.ts';
import { readMaster } from '../../dns/master/reader.ts';
import { type DomainName, displayName, labelsOf, ROOT } from '../../dns/name.ts';
import { fromText, type Rdata } from '../../dns/octets.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import type { ZoneKey } from '../key.ts';
import { KeyStoreError } from '../store/error.ts';
import { type BindTimes, printBindTimes } from './private-file.ts';

/** What a `K*.key` file holds. */
export interface BindPublic {
  readonly zone: DomainName;
  readonly dnskey: Rdata;
}

/**
 * Reads the public half of a key as `dnssec-keygen` writes it: a master file with one DNSKEY. `where` names the file in
 * messages, which hold nothing of what is in it, as it might be the private half by mistake.
 *
 * @throws KeyStoreError for anything else.
 */
export function readBindPublic(text: string, where: string): BindPublic {
  const found: BindPublic[] = [];
  let others = 0;
  const { errors } = readMaster(
    { name: where, octets: fromText(`$TTL 0\n${text}`) },
    {
      onRecord({ type, owner, rdata }) {
        if (type === DNSKEY.code) found.push({ zone: owner, dnskey: rdata });
        else others++;
      },
    },
  );
  const [key] = found;
  if (key === undefined || found.length > 1 || others > 0 || errors > 0) {
    throw new KeyStoreError(
      'refused',
      `${where} is no file with one DNSKEY record`,
      'name the .key file that dnssec-keygen has written, or bring it back from a backup',
    );
  }
  return key;
}

/** The public half of a key as `dnssec-keygen` writes it. */
export function printBindPublic({ zone, role, tag, dnskey }: ZoneKey, times: BindTimes): string {
  const { flags, protocol, algorithm, key } = readDnskey(dnskey);
  const base64 = Buffer.from(key, 'latin1').toString('base64');
  const kind = role === 'zsk' ? 'zone-signing' : 'key-signing';
  return `; This is a ${kind} key, keyid ${tag}, for ${displayName(zone)}
${printBindTimes(times, '; ')}${zone} IN DNSKEY ${flags} ${protocol} ${algorithm} ${base64}
`;
}

/** The name of the files of a key without their endings, as `dnssec-keygen` forms it: `Kexample.com.+013+04780`. */
export function bindFileName({ zone, algorithm, tag }: Pick<ZoneKey, 'zone' | 'algorithm' | 'tag'>): string {
  const percent = (octet: string): string => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  const labels = zone === ROOT ? [''] : labelsOf(zone).map((label) => label.replace(/[^a-z0-9_-]/g, percent));
  const pad = (number: number, width: number): string => String(number).padStart(width, '0');
  return `K${labels.map((label) => `${label}.`).join('')}+${pad(algorithm, 3)}+${pad(tag, 5)}`;
}
