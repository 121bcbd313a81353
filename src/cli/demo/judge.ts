import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { query } from '../../deploy/query.ts';
import { type AnswerMessage, validateAnswer } from '../../dns/dnssec/validate/answer.ts';
import { signedRRsets } from '../../dns/dnssec/validate/signed-rrset.ts';
import { trustZone } from '../../dns/dnssec/validate/trust.ts';
import type { DomainName } from '../../dns/name.ts';
import { rdataFromText, typeName } from '../../dns/rdata.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import { DS } from '../../dns/types/ds.ts';
import { SOA } from '../../dns/types/soa.ts';

/** What trust begins with: a zone, and the DS that its parent is to have. */
export interface TrustAnchor {
  readonly zone: DomainName;
  /** In presentation form: `31362 13 2 837DA6AB…`. */
  readonly ds: string;
}

/** What is asked. */
export interface Question {
  readonly name: DomainName;
  readonly type: number;
}

/** What somebody makes of an answer. */
export interface Opinion {
  /** Whether the answer is proven to be what the zone says. */
  readonly valid: boolean;
  /** The same in words, and who says so. */
  readonly text: string;
}

/** Judges the answer to a question: `message`, or what the same server answers when the judge asks by itself. */
export type Judge = (question: Question, message: AnswerMessage) => Promise<Opinion>;

/** Milliseconds for one run of delv: the server is on this machine. */
const PATIENCE = 3000;

/** Our own verifier, with the keys that the server on a port of this machine gives. */
export async function ownJudge(port: number, { zone, ds }: TrustAnchor): Promise<Judge> {
  const now = Math.floor(Date.now() / 1000);
  const answer = await query({ host: '127.0.0.1', port }, zone, DNSKEY.code, { dnssecOk: true });
  const dnskey =
    answer.kind === 'answer'
      ? signedRRsets(answer.message.answers).find(({ rrset }) => rrset.type === DNSKEY.code)
      : undefined;
  const trust = trustZone(zone, [rdataFromText(DS.code, ds)], dnskey, { now });
  return async (question, message) => {
    const verdict = validateAnswer([trust], question, message, { now });
    const said = verdict.kind === 'secure' ? 'secure' : `${verdict.kind}: ${verdict.reason}`;
    return { valid: verdict.kind === 'secure', text: `${said}, says zonewright's own verifier` };
  };
}

/** How delv is asked about a question. */
export function delvCommand(
  anchors: string,
  port: number,
  { zone }: TrustAnchor,
  { name, type }: Question,
): readonly [string, ...string[]] {
  return ['delv', '@127.0.0.1', '-p', String(port), '-a', anchors, `+root=${zone}`, name, typeName(type)];
}

/**
 * BIND's delv, which asks the server by itself; `undefined` where it is not installed, or is one that does not do what is
 * wanted here. Its trust anchor is written to the file `anchors`. Where it says nothing in time, `own` is asked.
 */
export async function delvJudge(
  anchors: string,
  port: number,
  anchor: TrustAnchor,
  own: Judge,
): Promise<Judge | undefined> {
  const [tag, algorithm, digestType, digest] = anchor.ds.split(' ');
  writeFileSync(
    anchors,
    `trust-anchors { "${anchor.zone}" static-ds ${tag} ${algorithm} ${digestType} "${digest}"; };\n`,
  );
  const ask = async (question: Question): Promise<Opinion | undefined> => {
    const said = await run(delvCommand(anchors, port, anchor, question));
    const verdict = /^;[; ]*((?:negative response, )?fully validated|resolution failed.*)$/m.exec(said)?.[1];
    if (verdict === undefined) return undefined;
    return { valid: verdict.endsWith('fully validated'), text: `${verdict}, says delv` };
  };
  if ((await ask({ name: anchor.zone, type: SOA.code })) === undefined) return undefined;
  return async (question, message) => (await ask(question)) ?? own(question, message);
}

/** What a program prints, whatever its exit status; nothing where it is not there. */
function run([program, ...args]: readonly [string, ...string[]]): Promise<string> {
  return new Promise((done) => {
    execFile(program, args, { timeout: PATIENCE, killSignal: 'SIGKILL' }, (_, stdout, stderr) =>
      done(`${stdout}${stderr}`),
    );
  });
}
