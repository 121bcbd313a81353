import { substitute } from '../../dname.ts';
import type { Message } from '../../message/message.ts';
import { QTYPE, RCODE, rcodeName } from '../../message/message.ts';
import type { DomainName } from '../../name.ts';
import { displayName, isAtOrBelow, isBelow, parentName, wireNameToDomain } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { typeName } from '../../rdata.ts';
import type { RRset } from '../../rrset.ts';
import { CNAME } from '../../types/cname.ts';
import { DNAME } from '../../types/dname.ts';
import { DS } from '../../types/ds.ts';
import { NS } from '../../types/ns.ts';
import { NSEC } from '../../types/nsec.ts';
import { NSEC3 } from '../../types/nsec3.ts';
import { RRSIG } from '../../types/rrsig.ts';
import { SOA } from '../../types/soa.ts';
import { readRrsig } from '../rrsig.ts';
import type { Budget } from './budget.ts';
import { newBudget } from './budget.ts';
import type { Denial, Proof } from './denial.ts';
import { nsecDenial } from './nsec.ts';
import { nsec3Denial } from './nsec3.ts';
import { verifySignatures } from './signature.ts';
import type { SignedRRset } from './signed-rrset.ts';
import { signedRRsets } from './signed-rrset.ts';
import type { ZoneTrust } from './trust.ts';
import type { ValidationOptions, Verdict } from './verdict.ts';
import { bogus, insecure } from './verdict.ts';

/** The parts of a message that are validated. */
export type AnswerMessage = Pick<Message, 'rcode' | 'answers' | 'authorities'>;

/** What was asked. */
export interface Asked {
  readonly name: DomainName;
  readonly type: number;
}

/**
 * Validates the answer of an authoritative server (RFC 4035 section 5, RFC 5155 section 8, RFC 6840).
 *
 * `zones` are those that the answer may come from; each name is held against the closest of them. Every RRset of the
 * answer and authority sections that one of them has to sign must be signed, aliases are followed as far as they lie in
 * these zones, and what the answer denies must be proven. A referral is secure with its DS, and insecure where it is proven
 * that there is none. RRSIG themselves are insecure: nothing signs them. Never throws, and the work is bounded whatever
 * the message holds.
 */
export function validateAnswer(
  zones: readonly ZoneTrust[],
  asked: Asked,
  message: AnswerMessage,
  options: ValidationOptions,
): Verdict {
  const { rcode } = message;
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN && rcode !== RCODE.YXDOMAIN) {
    return bogus(`the answer is ${rcodeName(rcode)}`);
  }
  const read = readAnswer(zones, message, options);
  return read.kind === 'answer' ? follow(read, asked) : read;
}

/** An RRset that its zone has signed. */
interface Verified {
  readonly rrset: RRset;
  readonly zone: DomainName;
  /** The wildcard that it was made from. */
  readonly wildcard: DomainName | undefined;
}

/** An answer whose signatures are verified. */
interface ReadAnswer {
  readonly kind: 'answer';
  readonly message: AnswerMessage;
  readonly zones: readonly ZoneTrust[];
  /** Of the answer section, by owner. CNAMEs made from a DNAME are not among them. */
  readonly answers: ReadonlyMap<DomainName, readonly Verified[]>;
  readonly authorities: readonly Verified[];
  readonly budget: Budget;
  /** What the NSEC or NSEC3 of a zone prove, made when it is first asked for. */
  readonly denials: Map<DomainName, Denial | 'too many iterations'>;
}

/** Verifies the signatures of both sections. */
function readAnswer(
  zones: readonly ZoneTrust[],
  message: AnswerMessage,
  { now }: ValidationOptions,
): ReadAnswer | Verdict {
  const budget = newBudget();
  const answers = new Map<DomainName, Verified[]>();
  const authorities: Verified[] = [];
  const answerSection = signedRRsets(message.answers);
  const dnames = answerSection.filter(({ rrset }) => rrset.type === DNAME.code);
  for (const section of [answerSection, signedRRsets(message.authorities)]) {
    for (const signed of section) {
      const { rrset } = signed;
      const zone = zoneOfRRset(zones, signed);
      if (zone === undefined || zone.kind === 'insecure') continue;
      if (zone.kind === 'bogus') return bogus(zone.reason);
      if (section !== answerSection && rrset.type === NS.code && rrset.owner !== zone.apex) continue;
      if (section === answerSection && isSynthesized(signed, dnames)) continue;
      const verdict = verifySignatures(signed, zone, now, budget);
      if (verdict.kind === 'invalid') return bogus(verdict.reason);
      const verified = { rrset, zone: zone.apex, wildcard: verdict.wildcard };
      if (section !== answerSection) authorities.push(verified);
      else if (!answers.get(rrset.owner)?.push(verified)) answers.set(rrset.owner, [verified]);
    }
  }
  return { kind: 'answer', message, zones, answers, authorities, budget, denials: new Map() };
}

/** The zone that has to sign an RRset. */
function zoneOfRRset(zones: readonly ZoneTrust[], { rrset, signatures }: SignedRRset): ZoneTrust | undefined {
  const { owner, type } = rrset;
  const [signature] = signatures;
  if (type === NSEC.code && signature !== undefined) {
    // At a cut the zone above has an NSEC and the one below too.
    const { signer } = readRrsig(signature);
    const zone = zones.find(({ apex }) => apex === signer && isAtOrBelow(owner, apex));
    if (zone !== undefined) return zone;
  }
  return zoneFor(zones, owner, type);
}

/** The closest zone of a name; of a DS the one above (RFC 4035 section 3.1.4.1), where it is known. */
function zoneFor(zones: readonly ZoneTrust[], name: DomainName, type: number): ZoneTrust | undefined {
  let closest: ZoneTrust | undefined;
  let above: ZoneTrust | undefined;
  for (const zone of zones) {
    if (!isAtOrBelow(name, zone.apex)) continue;
    if (closest === undefined || isBelow(zone.apex, closest.apex)) closest = zone;
    if (zone.apex !== name && (above === undefined || isBelow(zone.apex, above.apex))) above = zone;
  }
  return type === DS.code ? (above ?? closest) : closest;
}

/** Whether an RRset is the CNAME that a server makes of a DNAME, which nobody signs (RFC 6672 section 5.3.1). */
function isSynthesized({ rrset, signatures }: SignedRRset, dnames: readonly SignedRRset[]): boolean {
  if (rrset.type !== CNAME.code || signatures.length > 0) return false;
  return dnames.some((dname) => isBelow(rrset.owner, dname.rrset.owner));
}

/** Names that one answer follows aliases to. */
const MAX_ALIASES = 32;

/** Follows the answer from the name that was asked for. */
function follow(answer: ReadAnswer, { name, type }: Asked): Verdict {
  const seen = new Set<DomainName>();
  let doubt: Verdict | undefined;
  let at = name;
  while (seen.size <= MAX_ALIASES) {
    const zone = zoneFor(answer.zones, at, type);
    if (zone === undefined) {
      return seen.size > 0
        ? (doubt ?? { kind: 'secure', next: at })
        : bogus(`no keys are known for ${displayName(at)}`);
    }
    if (zone.kind === 'bogus') return bogus(zone.reason);
    if (zone.kind === 'insecure') return insecure(zone.reason);
    if (seen.size > 0 && isSilent(answer, zone.apex, at)) return doubt ?? { kind: 'secure', next: at };
    seen.add(at);
    const { verdict, to } = stepFrom(answer, zone.apex, at, type);
    if (verdict.kind === 'bogus') return verdict;
    if (verdict.kind === 'insecure') doubt ??= verdict;
    // In a circle a server stops where it closes.
    if (to === undefined || seen.has(to)) return doubt ?? verdict;
    at = to;
  }
  return bogus(`more than ${MAX_ALIASES} aliases follow each other`);
}

/** Whether the answer ends at an alias that leads to this name: a server need not follow aliases for ever. */
function isSilent(answer: ReadAnswer, apex: DomainName, name: DomainName): boolean {
  const { message, answers, authorities } = answer;
  if (message.rcode !== RCODE.NOERROR || answers.has(name) || dnameAbove(answer, apex, name) !== undefined)
    return false;
  if (authorities.some(({ rrset, zone }) => rrset.type === SOA.code && zone === apex)) return false;
  return !message.authorities.some(({ owner, type }) => type === NS.code && isAtOrBelow(name, owner));
}

/** What the answer says about one name of the chain, and which name comes next. */
interface Step {
  readonly verdict: Verdict;
  readonly to?: DomainName;
}

function stepFrom(answer: ReadAnswer, apex: DomainName, at: DomainName, type: number): Step {
  const dname = dnameAbove(answer, apex, at);
  if (dname !== undefined) return followDname(answer, dname, at, type);
  const here = answer.answers.get(at) ?? [];
  const found = here.filter(({ rrset }) => rrset.type === type || type === QTYPE.ANY);
  if (found.length > 0) return { verdict: expanded(answer, apex, at, found) };
  const cname = type === RRSIG.code ? undefined : here.find(({ rrset }) => rrset.type === CNAME.code);
  if (cname === undefined) return { verdict: denied(answer, apex, at, type) };
  const to = wireNameToDomain(cname.rrset.rdatas[0] as Rdata, 0);
  return { verdict: expanded(answer, apex, at, [cname]), to };
}

function followDname(answer: ReadAnswer, dname: Verified, at: DomainName, type: number): Step {
  const verdict = { kind: 'secure' } as const;
  if (dname.wildcard !== undefined) return { verdict: bogus('a DNAME is made from a wildcard') };
  const to = substitute(at, dname.rrset);
  if (to === undefined) {
    const right = answer.message.rcode === RCODE.YXDOMAIN;
    return {
      verdict: right ? verdict : bogus('the name is too long behind the DNAME, and the answer does not say so'),
    };
  }
  for (const { owner, type: code, rdata } of answer.message.answers) {
    if (owner === at && code === CNAME.code && wireNameToDomain(rdata, 0) !== to) {
      return { verdict: bogus(`the CNAME of ${displayName(at)} is not what the DNAME makes of it`) };
    }
  }
  return type === CNAME.code || type === QTYPE.ANY ? { verdict } : { verdict, to };
}

function dnameAbove({ answers }: ReadAnswer, apex: DomainName, name: DomainName): Verified | undefined {
  for (let at = name; at !== apex; ) {
    at = parentName(at) as DomainName;
    const dname = answers.get(at)?.find(({ rrset }) => rrset.type === DNAME.code);
    if (dname !== undefined) return dname;
  }
  return undefined;
}

/** Data that a wildcard was taken for need the proof that the name itself is not there (RFC 4035 section 5.3.4). */
function expanded(answer: ReadAnswer, apex: DomainName, name: DomainName, found: readonly Verified[]): Verdict {
  for (const { wildcard } of found) {
    if (wildcard === undefined) continue;
    const verdict = judge(answer, apex, `that ${displayName(wildcard)} stands for ${displayName(name)}`, (denial) =>
      denial.expansion(name, wildcard),
    );
    if (verdict.kind !== 'secure') return verdict;
  }
  return { kind: 'secure' };
}

/** An answer without data: a denial, or a referral. */
function denied(answer: ReadAnswer, apex: DomainName, name: DomainName, type: number): Verdict {
  const { message } = answer;
  const shown = displayName(name);
  if (message.rcode === RCODE.YXDOMAIN) return bogus(`nothing shows that ${shown} becomes too long`);
  if (message.rcode === RCODE.NXDOMAIN) {
    return judge(answer, apex, `that ${shown} does not exist`, (denial) => denial.name(name));
  }
  if (type === RRSIG.code || type === QTYPE.ANY) {
    const found = message.answers.some((record) => record.owner === name && record.type === RRSIG.code);
    if (found) return insecure('signatures are not signed themselves');
  }
  const cut = cutOf(message, apex, name, type);
  if (cut !== undefined) return referred(answer, apex, cut);
  if (type === DS.code && name === apex && apex !== '.') return bogus(`the DS of ${shown} is its parent's to deny`);
  return judge(answer, apex, `that ${shown} has no ${typeName(type)}`, (denial) => denial.type(name, type));
}

/** The cut that an answer refers to. */
function cutOf(message: AnswerMessage, apex: DomainName, name: DomainName, type: number): DomainName | undefined {
  if (message.authorities.some((record) => record.type === SOA.code)) return undefined;
  return message.authorities.find(
    ({ owner, type: code }) =>
      code === NS.code && isBelow(owner, apex) && isAtOrBelow(name, owner) && !(type === DS.code && name === owner),
  )?.owner;
}

function referred(answer: ReadAnswer, apex: DomainName, cut: DomainName): Verdict {
  const ds = answer.authorities.find(({ rrset }) => rrset.owner === cut && rrset.type === DS.code);
  if (ds !== undefined) {
    if (ds.wildcard !== undefined) return bogus(`the DS of ${displayName(cut)} is made from a wildcard`);
    return { kind: 'secure', delegation: { cut, ds: ds.rrset.rdatas } };
  }
  const verdict = judge(answer, apex, `that ${displayName(cut)} has no DS`, (denial) => denial.delegation(cut));
  return verdict.kind === 'secure' ? insecure(`${displayName(cut)} is delegated without DS`) : verdict;
}

/** Puts a question to the NSEC or NSEC3 of a zone. */
function judge(answer: ReadAnswer, apex: DomainName, what: string, prove: (denial: Denial) => Proof): Verdict {
  const denial = denialOf(answer, apex);
  if (denial === 'too many iterations') {
    return insecure(`the NSEC3 of ${displayName(apex)} have more iterations than are followed`);
  }
  const proof = prove(denial);
  if (proof === 'proven') return { kind: 'secure' };
  if (proof === 'opt-out') return insecure(`it is proven ${what} only if no delegation without DS was left out`);
  return bogus(answer.budget.hashes < 0 ? `it takes too much work to prove ${what}` : `it is not proven ${what}`);
}

function denialOf(answer: ReadAnswer, apex: DomainName): Denial | 'too many iterations' {
  const known = answer.denials.get(apex);
  if (known !== undefined) return known;
  const proofs = answer.authorities.filter(({ zone, wildcard }) => zone === apex && wildcard === undefined);
  const ofType = (type: number) => proofs.filter(({ rrset }) => rrset.type === type).map(({ rrset }) => rrset);
  const nsecs = ofType(NSEC.code);
  const denial = nsecs.length > 0 ? nsecDenial(apex, nsecs) : nsec3Denial(apex, ofType(NSEC3.code), answer.budget);
  answer.denials.set(apex, denial);
  return denial;
}
