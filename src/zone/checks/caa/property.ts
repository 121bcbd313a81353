import { octets, toText } from '../../../dns/octets.ts';

/** The fields of a CAA record (RFC 8659 section 4.1). */
export interface CaaProperty {
  readonly flags: number;
  /** In the case in which it is written. */
  readonly tag: string;
  /** As text where it is UTF-8, else each octet as a character. */
  readonly value: string;
}

/** Takes the rdata of a CAA apart. */
export function readProperty(rdata: string): CaaProperty {
  const end = 2 + rdata.charCodeAt(1);
  const value = rdata.slice(end);
  return { flags: rdata.charCodeAt(0), tag: rdata.slice(2, end), value: toText(octets(value)) ?? value };
}

/** Whether a property names who may issue: its value is that of `issue`. */
export function isIssue({ tag }: CaaProperty): boolean {
  return /^issue(wild|mail|vmc)?$/i.test(tag);
}

/** What the value of an issue property says (RFC 8659 section 4.2). */
export interface Issuer {
  /** The domain of the authority; empty where nobody may issue. */
  readonly domain: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** What is wrong with it, as the end of a sentence; the rest then says what could be read. */
  readonly fault: string | undefined;
}

/** Reads the value of an issue property. */
export function readIssuer(value: string): Issuer {
  const [domain = '', ...rest] = value.split(';').map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''));
  const parameters: { name: string; value: string }[] = [];
  let fault =
    domain === '' || /^[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*$/i.test(domain)
      ? undefined
      : domainFault(domain);
  // A ";" may stand with nothing behind it, once.
  const parts = rest.length === 1 && rest[0] === '' ? [] : rest;
  for (const part of parts) {
    const found = /^([a-z0-9]+(?:-+[a-z0-9]+)*)[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]*)$/i.exec(part);
    if (found !== null) parameters.push({ name: found[1] as string, value: found[2] as string });
    else fault ??= part === '' ? 'has a ";" with no parameter behind it' : `has "${part}" where name=value belongs`;
  }
  return { domain, parameters, fault };
}

function domainFault(domain: string): string {
  if (/^[a-z]+:\/\//i.test(domain)) return 'is a web address; write the domain alone';
  if (domain.endsWith('.')) return 'has a final dot, which does not belong there';
  return `has "${domain}" in the place of a domain`;
}
