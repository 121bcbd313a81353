import { type DomainName, displayName } from '../../dns/name.ts';
import { typeName } from '../../dns/rdata.ts';
import { sameRRset } from '../../dns/rrset.ts';
import type { Span } from '../source.ts';
import type { DeclaredRRset } from '../zone.ts';
import type { Records } from './records.ts';
import { type Report, report } from './report.ts';
import type { Use } from './use.ts';

/** What one template gives a zone. */
export interface Given {
  readonly use: Use;
  readonly records: Records;
}

/**
 * Puts what templates give to the zone's own records, which it changes: an RRset, alias or redirect of the zone takes the
 * place of a template's, and two templates that give the same one differently are a finding that names both.
 */
export function mergeTemplates(own: Records, templates: readonly Given[], to: Report): void {
  if (templates.length === 0) return;
  const givers = new Map<unknown, Given>();
  for (const given of templates) {
    const { records } = given;
    for (const [owner, rrsets] of records.names) {
      for (const rrset of rrsets) addRRset(own, owner, rrset, given, givers, to);
    }
    for (const [owner, alias] of records.aliases) {
      const first = own.aliases.get(owner);
      if (first === undefined) {
        own.aliases.set(owner, alias);
        givers.set(alias, given);
      } else if (first.target !== alias.target || first.ttl !== alias.ttl) {
        sayConflict(owner, 'ALIAS', givers.get(first), given, [first.span, alias.span], to);
      }
    }
    for (const [owner, redirect] of records.redirects) {
      const first = own.redirects.get(owner);
      if (first === undefined) {
        own.redirects.set(owner, redirect);
        givers.set(redirect, given);
      } else if (first.target !== redirect.target || first.status !== redirect.status || first.ttl !== redirect.ttl) {
        sayConflict(owner, 'REDIRECT', givers.get(first), given, [first.span, redirect.span], to);
      }
    }
    own.waivers.push(...records.waivers);
    for (const owner of records.unreadable) own.unreadable.add(owner);
  }
}

function addRRset(
  own: Records,
  owner: DomainName,
  rrset: DeclaredRRset,
  given: Given,
  givers: Map<unknown, Given>,
  to: Report,
): void {
  const rrsets = own.names.get(owner);
  const first = rrsets?.find((each) => each.type === rrset.type);
  if (first !== undefined) {
    if (!sameDeclared(first, rrset)) {
      sayConflict(owner, typeName(rrset.type), givers.get(first), given, [typeSpan(first), typeSpan(rrset)], to);
    }
    return;
  }
  if (rrsets === undefined) own.names.set(owner, [rrset]);
  else rrsets.push(rrset);
  givers.set(rrset, given);
}

/** Says that two templates differ; nothing where the first is the zone's own, which takes the place of a template's. */
function sayConflict(
  owner: DomainName,
  type: string,
  first: Given | undefined,
  second: Given,
  [firstAt, secondAt]: readonly [Span, Span],
  to: Report,
): void {
  if (first === undefined) return;
  const [a, b] = [first.use.template, second.use.template];
  report(to, 'template-conflict', second.use.span, {
    message: `the templates ${a} and ${b} give ${displayName(owner)} ${type} differently`,
    fix: `write ${type} for this name in the zone itself, or use only one of the two templates`,
    owner,
    type,
    related: [
      { span: firstAt, message: `as ${a} gives it` },
      { span: secondAt, message: `as ${b} gives it` },
    ],
  });
}

function typeSpan(rrset: DeclaredRRset): Span {
  return { source: rrset.source, start: rrset.typeAt, end: rrset.typeAt };
}

/** Whether two declarations are the same RRset with the same options; the order of their values does not matter. */
function sameDeclared(a: DeclaredRRset, b: DeclaredRRset): boolean {
  if (!sameRRset(a, b)) return false;
  if (a.options === undefined && b.options === undefined) return true;
  return optionsText(a) === optionsText(b);
}

function optionsText({ rdatas, options }: DeclaredRRset): string {
  const texts = rdatas.map((rdata, i) => {
    const option = options?.[i];
    return JSON.stringify([
      rdata,
      option?.proxied === true,
      option?.nodes === undefined ? null : [...option.nodes].sort(),
    ]);
  });
  return texts.sort().join();
}
