import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { query } from '../../deploy/query.ts';
import type { AnswerMessage } from '../../dns/dnssec/validate/answer.ts';
import { rcodeName } from '../../dns/message/message.ts';
import { displayName, parseName } from '../../dns/name.ts';
import { rdataFromText, rdataToText, typeCode, typeName } from '../../dns/rdata.ts';
import { A } from '../../dns/types/a.ts';
import type { Terminal } from '../terminal.ts';
import { delvCommand, delvJudge, type Judge, ownJudge, type Question, type TrustAnchor } from './judge.ts';
import { edit, gitDiff, type Stage } from './stage.ts';

/** The zone that is signed: small enough to be looked at, and its parent is in the same repository. */
const ZONE = 'dev.example.com';
const DOCUMENT = `zones/example/${ZONE}.yaml`;

/** What is validated: each kind of answer that has a proof of its own. */
const QUESTIONS = [
  [`db.${ZONE}`, 'A', 'an address'],
  [`any-branch.${ZONE}`, 'A', 'a wildcard: the NSEC proves that the name itself is not there'],
  [`db.${ZONE}`, 'MX', 'a name that has no record of this type'],
  [`no-such-host.db.${ZONE}`, 'A', 'a name that is not there'],
] as const;

/** What a forger would have people believe. */
const FORGED = '203.0.113.66';

/** The longest line that is shown: signatures and keys are cut. */
const WIDTH = 100;

/** Signs a zone with a fresh key and gives the DS for its parent; `undefined` where something went wrong. */
export async function signZone(stage: Stage): Promise<TrustAnchor | undefined> {
  edit(join(stage.repository, DOCUMENT), ZONE, [{ kind: 'set', key: 'dnssec', text: 'default' }]);
  if (stage.git) await stage.show(gitDiff(stage));
  if ((await stage.zonewright('keys', 'generate', ZONE)).status !== 0) return undefined;
  const plan = await stage.zonewright('plan', ...(stage.git ? [] : ['--release', '../release']));
  if (plan.status !== 0) return undefined;
  await stage.commit(`${ZONE}: sign it`);
  if ((await stage.zonewright('build', '--out', '../release')).status !== 0) return undefined;
  const signed = readFileSync(join(stage.folder, `release/zones/${ZONE}.zone`), 'utf8').split('\n');
  await stage.show(
    signed
      .filter((line) => /^(@ +3600 +DNSKEY|db +(A|RRSIG +A|NSEC|RRSIG +NSEC)) /.test(line))
      .map(cut)
      .join('\n'),
  );
  const { status, output } = await stage.zonewright('ds', ZONE);
  const ds = new RegExp(`^${ZONE.replaceAll('.', '\\.')}\\. IN DS (.+)$`, 'm').exec(output)?.[1];
  return status === 0 && ds !== undefined ? { zone: parseName(`${ZONE}.`), ds } : undefined;
}

/** Validates answers of the preview from the DS down, and a forged one; false where one is not as it should be. */
export async function validateAnswers(
  stage: Stage,
  terminal: Terminal,
  port: number,
  anchor: TrustAnchor,
): Promise<boolean> {
  const { paint, out } = terminal;
  const own = await ownJudge(port, anchor);
  const anchors = '../delv-anchors.conf';
  const delv = await delvJudge(join(stage.repository, anchors), port, anchor, own);
  const judge = delv ?? own;
  await out(
    delv === undefined
      ? '\n  From this DS down, answers are validated by zonewright itself; by delv, where that is installed (it comes with BIND).\n\n'
      : '\n  From this DS down, answers are validated by delv, which comes with BIND.\n\n',
  );
  let forged: { question: Question; message: AnswerMessage } | undefined;
  for (const [name, type, about] of QUESTIONS) {
    const question = { name: parseName(`${name}.`), type: typeCode(type) as number };
    const answer = await query({ host: '127.0.0.1', port }, question.name, question.type, { dnssecOk: true });
    await out(`  ${paint.bold(`${name} ${type}`)} ${paint.dim(`(${about})`)}\n`);
    if (answer.kind !== 'answer') {
      await out(`    ${answer.message}\n`);
      return false;
    }
    const { message } = answer;
    await stage.show(messageText(message));
    if (delv !== undefined) {
      const command = delvCommand(anchors, port, anchor, question).join(' ');
      await out(`    ${paint.blue('$')} ${paint.bold(command)}\n`);
    }
    if (!(await say(terminal, judge, question, message, true))) return false;
    forged ??= { question, message: forge(message) };
  }
  if (forged === undefined) return false;
  await out(
    `  ${paint.bold(`${QUESTIONS[0][0]} A`)} ${paint.dim('(the first answer again, with an address that somebody has changed)')}\n`,
  );
  await stage.show(messageText(forged.message));
  return say(terminal, own, forged.question, forged.message, false);
}

/** Says what a judge makes of an answer; false where that is not what it should be. */
async function say(
  { out, paint }: Terminal,
  judge: Judge,
  question: Question,
  message: AnswerMessage,
  desired: boolean,
): Promise<boolean> {
  const { valid, text } = await judge(question, message);
  await out(`    ${valid === desired ? paint.green(text) : paint.red(text)}
`);
  return valid === desired;
}

/** The same answer with another address, and the signature of the true one. */
function forge(message: AnswerMessage): AnswerMessage {
  const answers = message.answers.map((record) =>
    record.type === A.code ? { ...record, rdata: rdataFromText(A.code, FORGED) } : record,
  );
  return { ...message, answers };
}

/** The answer as lines; of a negative one what proves it. */
function messageText({ rcode, answers, authorities }: AnswerMessage): string {
  const lines = [...answers, ...authorities].map((record) =>
    cut(
      `${displayName(record.owner)} ${record.ttl} ${typeName(record.type)} ${rdataToText(record.type, record.rdata)}`,
    ),
  );
  return [...(rcode === 0 ? [] : [rcodeName(rcode)]), ...lines].join('\n');
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line;
}
