import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import { type DomainName, parseName } from '../../dns/name.ts';
import { parseTtl } from '../../dns/ttl.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import type { Alias, Redirect } from '../zone.ts';
import { type Document, kindOf, relatedIn, spanOf } from './document.ts';
import { report, reportFault } from './report.ts';
import { ZONE_TTL } from './rrset.ts';
import type { ReadingRule } from './rules.ts';
import { unknownKey } from './setting.ts';
import { inspectTarget } from './target.ts';

/** What stands under `ALIAS` or `REDIRECT`: one value, and perhaps a TTL. */
interface Pseudo {
  readonly value: ScalarNode;
  readonly ttl: number;
}

/** Reads `ALIAS: target` or `ALIAS: { ttl, value }`; `undefined` where it is wrong, which has then been said. */
export function readAlias(document: Document, apex: DomainName, owner: DomainName, node: YamlNode): Alias | undefined {
  const found = readPseudo(document, owner, 'ALIAS', 'alias-syntax', node, 'one name, such as www.example.net.');
  if (found === undefined) return undefined;
  const { value, ttl } = found;
  try {
    const target = parseName(value.text, apex);
    inspectTarget(document, apex, value, 0, value.text, { owner, type: 'ALIAS' });
    return { owner, target, ttl, span: spanOf(document, value) };
  } catch (fault) {
    reportFault(document.report, fault, spanOf(document, value), about(document, owner, 'ALIAS'));
    return undefined;
  }
}

/** Reads `REDIRECT: "301 https://..."` or `REDIRECT: { ttl, value }`; `undefined` where it is wrong, which has been said. */
export function readRedirect(document: Document, owner: DomainName, node: YamlNode): Redirect | undefined {
  const usual = 'a status and an address, such as 301 https://www.example.com/';
  const found = readPseudo(document, owner, 'REDIRECT', 'redirect-syntax', node, usual);
  if (found === undefined) return undefined;
  const { value, ttl } = found;
  try {
    const { status, target } = parseRedirect(value.text);
    return { owner, status, target, ttl, span: spanOf(document, value) };
  } catch (fault) {
    reportFault(document.report, fault, spanOf(document, value), about(document, owner, 'REDIRECT'));
    return undefined;
  }
}

function about(document: Document, owner: DomainName, type: string) {
  return { owner, type, related: relatedIn(document) };
}

function readPseudo(
  document: Document,
  owner: DomainName,
  type: string,
  rule: ReadingRule,
  node: YamlNode,
  usual: string,
): Pseudo | undefined {
  let value: YamlNode | undefined = node;
  let ttl = ZONE_TTL;
  if (node.kind === 'map') {
    const read = readParts(document, owner, type, node);
    if (read === undefined) return undefined;
    value = read.value;
    ttl = read.ttl;
  }
  if (value?.kind === 'scalar' && value.style !== 'empty' && value.text !== '') return { value, ttl };
  report(document.report, rule, spanOf(document, value ?? node), {
    message: value === undefined ? `${type} has no "value"` : `${type} is ${kindOf(value)} where one value is expected`,
    fix: `write ${usual}`,
    ...about(document, owner, type),
  });
  return undefined;
}

function readParts(
  document: Document,
  owner: DomainName,
  type: string,
  node: MapNode,
): { value: YamlNode | undefined; ttl: number } | undefined {
  let value: YamlNode | undefined;
  let ttl: number | undefined = ZONE_TTL;
  let known = true;
  for (const { key, value: under } of node.entries) {
    if (key.text === 'value') value = under;
    else if (key.text === 'ttl') ttl = readTtl(document, owner, type, under);
    else {
      unknownKey(key, ['value', 'ttl'], document, type);
      known = false;
    }
  }
  return known && ttl !== undefined ? { value, ttl } : undefined;
}

function readTtl(document: Document, owner: DomainName, type: string, node: YamlNode): number | undefined {
  try {
    return parseTtl(node.kind === 'scalar' ? node.text : kindOf(node));
  } catch (fault) {
    reportFault(document.report, fault, spanOf(document, node), about(document, owner, type));
    return undefined;
  }
}

const STATUSES = [301, 302, 307, 308] as const;

/** RFC 3986 section 2: what may stand in a URI. Brackets belong to IPv6 addresses only, which the parser below checks. */
const URI = /^https?:\/\/[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/i;
const MAX_ADDRESS = 2048;

/** A redirect's status and address. Only web addresses, without a user, a blank or a control character. Throws. */
function parseRedirect(text: string): { status: Redirect['status']; target: string } {
  const space = text.indexOf(' ');
  const status = STATUSES.find((each) => String(each) === text.slice(0, space));
  const target = text.slice(space + 1).trimStart();
  if (status === undefined) {
    throw new DnsSyntaxError(
      `the redirect ${quoted(text)} does not begin with a status`,
      'write 301 or 308 (for good) or 302 or 307 (for now), a blank, and the address',
      'redirect-syntax',
    );
  }
  if (!URI.test(target) || target.length > MAX_ADDRESS || !isWebAddress(target)) {
    throw new DnsSyntaxError(
      `${quoted(target)} is not a web address to redirect to`,
      'write an address that begins with https:// or http://, with every special character percent-encoded',
      'redirect-syntax',
    );
  }
  return { status, target };
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text) || /%(?![0-9a-f]{2})/i.test(text)) return false;
  const url = new URL(text);
  return url.hostname !== '' && url.username === '' && url.password === '';
}
