import { isIP } from 'node:net';
import { type DomainName, parseName } from '../../../dns/name.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import type { RRsetView, ZoneView } from '../../../pipeline/origin/view.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import { withoutFinalDots } from '../content.ts';
import { fieldsOf } from '../json.ts';
import {
  addressesIn,
  addressOf,
  arpaName,
  inRange,
  isReverse,
  type Range,
  readRange,
  zonesAbove,
} from './addresses.ts';
import type { Ask, Run } from './ask.ts';
import { type Fields, listIn, textIn } from './body.ts';
import { DEFAULT_TTL } from './edits.ts';
import {
  detailOf,
  fault,
  INVALID,
  invalid,
  malformed,
  missing,
  type Problem,
  refusalAnswer,
  wordsOf,
} from './faults.ts';
import { isName } from './records.ts';
import { bareName } from './rows.ts';
import { slaveFault } from './zones.ts';

/** Addresses that one query asks for, those in ranges counted one by one. */
const MOST = 65_536;

const done = answer(200, true);

interface ArpaRow {
  readonly name: string;
  readonly ip: string;
  readonly reverse_dns: string | null;
  readonly arpa_zone: string | null;
}

/** `GET /arpa`: the names of all addresses, or those of a query. `GET /arpa/:identifier`: that of one address. */
export const getArpa: Run = async (ask) => {
  const { identifier, query } = ask;
  if (identifier !== undefined) {
    if (isIP(identifier) === 0) return invalid([IDENTIFIER]);
    const found = await pointerOf(ask, identifier);
    return isAnswer(found) ? found : answer(200, rowOf(found.rrset, found.view, identifier));
  }
  const wanted = query.get('query');
  if (wanted === null && query.size > 0)
    return fault(
      INVALID,
      'Query was missing or invalid. Ensure that the body is in valid format and all required parameters are present.',
      'ARPA_INVALID_QUERY',
    );
  const ranges = wanted === null ? undefined : readQuery(wanted);
  if (isAnswer(ranges)) return ranges;
  const rows = ranges === undefined ? await allRows(ask, () => true) : await rowsOf(ask, ranges);
  return rows.length > 0
    ? answer(200, rows)
    : fault(404, 'Could not find any records for given query.', 'ARPA_NO_RECORDS');
};

/** `PUT /arpa/:identifier`: the name of an address that has none. */
export const putArpa: Run = async (ask) => {
  const { services, caller, fields, identifier } = ask;
  if (fields === undefined) return malformed();
  if (identifier === undefined || textIn(fields, 'reverse_dns') === undefined)
    return missing(
      'Identifier and/or reverse_dns were missing or invalid. Ensure that the body is in valid format and all required parameters are present.',
    );
  const problems = problemsOf(new Map([...fields, ['identifier', identifier]]));
  if (problems.length > 0) return invalid(problems);
  const found = await pointerOf(ask, identifier);
  if (!isAnswer(found)) return fault(409, 'Resource already exists', 'ARPA_ALREADY_EXISTS');
  const view = await reverseZone(ask, identifier);
  if (view === undefined) return fault(404, `Could not find Arpa zone for ip '${identifier}'`, 'ARPA_ZONE_NOT_FOUND');
  const slave = await slaveFault(ask, view.zone);
  if (slave !== undefined) return slave;
  const owner = arpaName(identifier);
  const values = [{ text: `${textIn(fields, 'reverse_dns')}.` }];
  const outcome = await carryOut(services, caller, {
    zones: [
      {
        kind: 'edit',
        zone: view.zone,
        edits: [{ op: 'put', owner, type: 'PTR', ttl: DEFAULT_TTL, values }],
        ifRRset: { owner, type: 'PTR', lacks: '*' },
      },
    ],
  });
  if (!isRefusal(outcome)) return done;
  return outcome.kind === 'stale'
    ? fault(409, 'Resource already exists', 'ARPA_ALREADY_EXISTS')
    : refusalAnswer(outcome);
};

/** `DELETE /arpa/:identifier`. */
export const deleteArpa: Run = async (ask) => {
  const { services, caller, identifier } = ask;
  if (identifier === undefined) return malformed('Identifier was missing or invalid.');
  if (isIP(identifier) === 0) return invalid([IDENTIFIER]);
  const found = await pointerOf(ask, identifier);
  if (isAnswer(found)) return found;
  const { view, rrset } = found;
  const slave = await slaveFault(ask, view.zone);
  if (slave !== undefined) return slave;
  const edits = [{ op: 'clear', owner: rrset.owner, type: 'PTR' } as const];
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'edit', zone: view.zone, edits }] });
  return isRefusal(outcome) ? refusalAnswer(outcome) : done;
};

/** `VALIDATE /arpa`. */
export const validateArpa: Run = async ({ fields }) => {
  const list = fields && listIn(fields, 'arpa');
  if (list === undefined)
    return missing('Request body was malformed. Ensure that all mandatory properties have been set.');
  const lines: string[] = [];
  const details: unknown[] = [];
  for (const [i, entry] of list.entries()) {
    const given = fieldsOf(entry);
    if (
      given === undefined ||
      textIn(given, 'identifier') === undefined ||
      textIn(given, 'reverse_dns') === undefined
    ) {
      lines.push(`Missing required parameters in Arpa ${i + 1}`);
      continue;
    }
    const problems = problemsOf(given);
    if (problems.length === 0) continue;
    lines.push(`Validation errors in Arpa ${i + 1}:`, wordsOf(problems, false));
    details.push(detailOf(problems, i));
  }
  return lines.length === 0 ? done : answer(INVALID, { error: lines.join('\n'), detail: details });
};

const IDENTIFIER: Problem = {
  property: 'identifier',
  message: 'Identifier is not valid. Must be a single IPv4 or IPv6 address.',
  code: 'ARPA_INVALID_IDENTIFIER',
};

function problemsOf(fields: Fields): Problem[] {
  const name = textIn(fields, 'reverse_dns');
  return [
    ...(isIP(textIn(fields, 'identifier') ?? '') === 0 ? [IDENTIFIER] : []),
    ...(typeof name === 'string' && isName(name)
      ? []
      : [
          {
            property: 'reverse_dns',
            message: 'Reverse DNS is not valid. Must be a valid FQDN.',
            code: 'RECORD_RHS_INVALID_FQDN',
          },
        ]),
  ];
}

/** The closest reverse zone of an address that the caller may read. */
async function reverseZone({ origin, caller }: Ask, address: string): Promise<ZoneView | undefined> {
  const known = new Set((await origin.list(caller)).map(({ zone }) => zone));
  const zone = zonesAbove(arpaName(address)).find((each) => known.has(each));
  const view = zone && (await origin.view(caller, zone));
  return view === undefined || 'kind' in view ? undefined : view;
}

async function pointerOf(ask: Ask, address: string): Promise<{ view: ZoneView; rrset: RRsetView } | Answer> {
  const view = await reverseZone(ask, address);
  const rrset = view?.rrset(arpaName(address), 'PTR');
  if (view !== undefined && rrset !== undefined) return { view, rrset };
  return fault(404, `Could not find the Arpa zone for IP ${address}`, 'ARPA_NO_ZONE_FOR_IP');
}

function readQuery(text: string): readonly Range[] | Answer {
  const ranges = text === '' ? [] : text.split(',').map((each) => readRange(each.trim()));
  const wrong = (message: string): Answer => invalid([{ property: 'query', message, code: 'ARPA_INVALID_QUERY' }]);
  if (!ranges.every((range) => range !== undefined))
    return wrong("Query is invalid. Multiple queries must be addresses or ranges, separated by comma's.");
  const count = ranges.reduce((sum, { family, bits }) => sum + (family === 4 ? 2 ** (32 - bits) : 1), 0);
  return count > MOST ? wrong(`Query is invalid. It asks for more than ${MOST} addresses.`) : ranges;
}

/** The pointers in ranges; addresses without one where they were asked for by themselves, or have no zone. */
async function rowsOf(ask: Ask, ranges: readonly Range[]): Promise<ArpaRow[]> {
  const known = new Set((await ask.origin.list(ask.caller)).map(({ zone }) => zone));
  const found = await allRows(ask, (address) => ranges.some((range) => inRange(range, address)));
  const seen = new Set(found.map(({ name }) => name));
  const rows: ArpaRow[] = [];
  for (const range of ranges) {
    const single = range.bits === (range.family === 4 ? 32 : 128);
    for (const ip of single || range.family === 4 ? addressesIn(range) : []) {
      const name = arpaName(ip);
      const zone = zonesAbove(name).find((each) => known.has(each));
      if (seen.has(bareName(name)) || (zone !== undefined && !single)) continue;
      seen.add(bareName(name));
      rows.push({ name: bareName(name), ip, reverse_dns: null, arpa_zone: zone === undefined ? null : bareName(zone) });
    }
  }
  return [...found, ...rows];
}

/** The pointers of all reverse zones whose addresses are wanted. */
async function allRows({ origin, caller }: Ask, wanted: (address: string) => boolean): Promise<ArpaRow[]> {
  const rows: ArpaRow[] = [];
  for (const { zone } of await origin.list(caller)) {
    if (!isReverse(zone)) continue;
    const view = await origin.view(caller, zone);
    for (const rrset of 'kind' in view ? [] : view.rrsets()) {
      const address = rrset.type === 'PTR' ? addressOf(rrset.owner) : undefined;
      if (address !== undefined && wanted(address)) rows.push(rowOf(rrset, view as ZoneView, address));
    }
  }
  return rows;
}

function rowOf({ owner, values }: RRsetView, { zone }: ZoneView, ip: string): ArpaRow {
  const target = parseName(values[0]?.text ?? '.');
  return {
    name: bareName(owner),
    ip,
    reverse_dns: withoutFinalDots('PTR', target),
    arpa_zone: bareName(zone as DomainName),
  };
}
