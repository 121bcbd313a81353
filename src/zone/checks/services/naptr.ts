import type { DomainName } from '../../../dns/name.ts';
import { wireNameToDomain } from '../../../dns/name.ts';

/** The fields of a NAPTR that its rules are about (RFC 3403 section 4.1). */
export interface Naptr {
  readonly flags: string;
  readonly services: string;
  readonly regexp: string;
  readonly replacement: DomainName;
}

/** Takes the rdata of a NAPTR apart. */
export function readNaptr(rdata: string): Naptr {
  let at = 4;
  const string = (): string => {
    const end = at + 1 + rdata.charCodeAt(at);
    const text = rdata.slice(at + 1, end);
    at = end;
    return text;
  };
  return { flags: string(), services: string(), regexp: string(), replacement: wireNameToDomain(rdata, at) };
}
