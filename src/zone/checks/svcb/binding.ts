import type { DomainName } from '../../../dns/name.ts';
import { wireNameEnd, wireNameToDomain } from '../../../dns/name.ts';
import { readU16 } from '../../../dns/octets.ts';
import { HTTPS } from '../../../dns/types/https.ts';
import { SVCB } from '../../../dns/types/svcb.ts';

/** The types of service bindings. */
export const bindingTypes: readonly number[] = [SVCB.code, HTTPS.code];

/** The fields of a service binding (RFC 9460 section 2.2). */
export interface Binding {
  /** 0 in AliasMode. */
  readonly priority: number;
  readonly target: DomainName;
  /** The values of the parameters by their keys, as octets. */
  readonly params: ReadonlyMap<number, string>;
}

/** The keys of parameters that checks are about (IANA registry "Service Parameter Keys"). */
export const paramKey = { mandatory: 0, alpn: 1, noDefaultAlpn: 2, port: 3, ech: 5, dohpath: 7 } as const;

/** Takes the rdata of a SVCB or HTTPS apart. */
export function readBinding(rdata: string): Binding {
  const params = new Map<number, string>();
  let at = wireNameEnd(rdata, 2, rdata.length);
  while (at < rdata.length) {
    const end = at + 4 + readU16(rdata, at + 2);
    params.set(readU16(rdata, at), rdata.slice(at + 4, end));
    at = end;
  }
  return { priority: readU16(rdata, 0), target: wireNameToDomain(rdata, 2), params };
}

/** Whether a rdata is in AliasMode, which its first two octets say. */
export function isAliasMode(rdata: string): boolean {
  return readU16(rdata, 0) === 0;
}

/** The protocol identifiers of the value of `alpn`. */
export function alpnIds(value: string): string[] {
  const ids: string[] = [];
  for (let at = 0; at < value.length; at += 1 + value.charCodeAt(at)) {
    ids.push(value.slice(at + 1, at + 1 + value.charCodeAt(at)));
  }
  return ids;
}
