import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { query } from '../../deploy/query.ts';
import { transferZone } from '../../deploy/transfer.ts';
import { displayName, parseName } from '../../dns/name.ts';
import { rdataToText, typeCode, typeName } from '../../dns/rdata.ts';
import type { ZoneChange } from '../../zone/edit/change.ts';
import type { Terminal } from '../terminal.ts';
import type { TrustAnchor } from './judge.ts';
import { playRollout } from './roll-out.ts';
import { playServe } from './serve.ts';
import { signZone, validateAnswers } from './sign.ts';
import { edit, gitDiff, type Preview, type Stage, setStage, startPreview } from './stage.ts';

/** What is imported: files that Debian's bind9 ships, and the zones they are for. */
const BIND_FILES = [
  ['db.local', 'localhost'],
  ['db.127', '127.in-addr.arpa'],
  ['db.0', '0.in-addr.arpa'],
  ['db.255', '255.in-addr.arpa'],
  ['db.empty', '10.in-addr.arpa'],
] as const;

/** What the name server is asked, and how. */
const QUESTIONS = [
  ['www.example.com', 'A', 'udp', 'an alias and its address'],
  ['example.com', 'MX', 'tcp', 'from the template mail/hosted'],
  ['anything.apps.example.com', 'A', 'udp', 'a wildcard'],
  ['db.dev.example.com', 'AAAA', 'tcp', 'from the child zone, which is served here too'],
  ['dhcp-110.example.com', 'A', 'udp', 'generated'],
  ['xn--bcher-kva.example', 'MX', 'udp', 'bücher.example'],
  ['129.2.0.192.in-addr.arpa', 'PTR', 'udp', 'a classless reverse zone (RFC 2317)'],
  ['no-such-host.example.com', 'A', 'udp', 'a name that is not there'],
] as const;

/** Plays the demo; false where something did not come out as it should. */
export async function runDemo(terminal: Terminal, options: { readonly keep: boolean }): Promise<boolean> {
  const stage = setStage(terminal);
  try {
    const played = await play(stage, terminal);
    await terminal.out(
      played ? nextSteps(stage, options.keep) : '\nSomething did not come out as it should; see above.\n',
    );
    return played;
  } finally {
    if (!options.keep) stage.clear();
  }
}

async function play(stage: Stage, terminal: Terminal): Promise<boolean> {
  const release = join(stage.folder, 'release');
  await stage.chapter('1. Import', "Master files become zone documents. These are the ones that Debian's bind9 ships.");
  for (const [file, zone] of BIND_FILES) {
    const { status } = await stage.zonewright('import', `../bind/${file}`, '--zone', zone);
    if (status !== 0) return false;
  }
  await stage.commit('Take over the zones of bind9, and the example estate');

  await stage.chapter(
    '2. Check',
    'Every document is validated, and all zones together: glue, delegations, reverse names.',
  );
  if ((await stage.zonewright('check')).status !== 0) return false;

  await stage.chapter('3. Build', 'A release: master files for any name server, configuration, a manifest.');
  if ((await stage.zonewright('build', '--out', '../release')).status !== 0) return false;
  await stage.show(`\n${readFileSync(join(release, 'zones/dev.example.com.zone'), 'utf8')}`);

  await stage.chapter('4. Change', 'An edit touches the lines that it names, and a plan says what it would do.');
  const path = join(stage.repository, 'zones/example/example.com.yaml');
  edit(path, 'example.com', [
    put('api', 'A', ['192.0.2.10', '192.0.2.12'], 60),
    put('status', 'CNAME', ['status.example.org.']),
  ]);
  if (stage.git) await stage.show(gitDiff(stage));
  const plan = await stage.zonewright('plan', ...(stage.git ? [] : ['--release', '../release']));
  if (plan.status !== 0 || !plan.output.includes('192.0.2.12')) return false;
  await stage.commit('example.com: move one API server');
  const rebuilt = await stage.zonewright('build', '--out', '../release');
  if (rebuilt.status !== 0) return false;

  await stage.chapter('5. Mistakes', 'What is wrong is found before it can be served, with its place and a repair.');
  const good = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    good
      .replace('A: 192.0.2.20', 'A: 192.0.2.300')
      .replace('"*.apps": { CNAME: ingress }', '"*.apps": { CNAME: ingres }'),
  );
  if ((await stage.zonewright('check', 'example.com')).status !== 1) return false;
  writeFileSync(path, good);

  await stage.chapter(
    '6. Sign',
    'One line in a document and a fresh key: builds sign the zone (DNSSEC), so that nobody can forge its answers.',
  );
  const anchor = await signZone(stage);
  if (anchor === undefined || !(await playServed(stage, terminal, path, anchor))) return false;
  if (!(await playRollout(stage, terminal))) return false;
  if (stage.git) return playServe(stage, terminal);
  await terminal.out('\nWith git the demo goes on: with a server, its API, and what is pushed to it.\n');
  return true;
}

/** What is played with a name server that runs. */
async function playServed(stage: Stage, terminal: Terminal, path: string, anchor: TrustAnchor): Promise<boolean> {
  const { paint, out } = terminal;
  const preview = await startPreview(stage);
  try {
    await out(`  ${paint.blue('$')} ${paint.bold(`zonewright preview --listen 127.0.0.1:${preview.port}`)}\n`);
    if (!(await validateAnswers(stage, terminal, preview.port, anchor))) return false;
    await stage.chapter(
      '7. Answers',
      'The same name server answers for all zones of the working tree, over UDP and TCP.',
    );
    return await askPreview(stage, terminal, path, preview);
  } finally {
    await preview.stop();
  }
}

async function askPreview(stage: Stage, terminal: Terminal, path: string, preview: Preview): Promise<boolean> {
  const { paint } = terminal;
  for (const [name, type, transport, about] of QUESTIONS) {
    if (!(await ask(stage, terminal, preview.port, name, type, transport, about))) return false;
  }
  const zone = parseName('dev.example.com.');
  const transfer = await transferZone({ server: { host: '127.0.0.1', port: preview.port }, zone }, () => {});
  await terminal.out(
    `  dev.example.com AXFR ${paint.dim('(tcp)')}: ${transfer.kind === 'complete' ? `${transfer.records} records` : transfer.message}\n`,
  );
  edit(path, 'example.com', [put('brand-new', 'A', ['192.0.2.99'])]);
  await preview.reloaded();
  return await ask(
    stage,
    terminal,
    preview.port,
    'brand-new.example.com',
    'A',
    'udp',
    'saved into the document a moment ago',
  );
}

async function ask(
  stage: Stage,
  terminal: Terminal,
  port: number,
  name: string,
  type: string,
  transport: 'udp' | 'tcp',
  about: string,
): Promise<boolean> {
  const answer = await query({ host: '127.0.0.1', port }, parseName(`${name}.`), typeCode(type) as number, {
    transport,
  });
  const { paint, out } = terminal;
  await out(`  ${paint.bold(`${name} ${type}`)} ${paint.dim(`(${transport}; ${about})`)}\n`);
  if (answer.kind !== 'answer') {
    await out(`    ${answer.message}\n`);
    return false;
  }
  const { answers, authorities, rcode } = answer.message;
  const lines = (answers.length > 0 ? answers : authorities).map(
    (record) =>
      `${displayName(record.owner)} ${record.ttl} ${typeName(record.type)} ${rdataToText(record.type, record.rdata)}`,
  );
  await stage.show([...(rcode === 0 ? [] : [rcode === 3 ? 'NXDOMAIN' : `rcode ${rcode}`]), ...lines].join('\n'));
  return rcode === 0 || rcode === 3;
}

function put(label: string, type: string, texts: readonly string[], ttl?: number): ZoneChange {
  return {
    kind: 'put',
    owner: parseName(label, parseName('example.com.')),
    type,
    ttl,
    values: texts.map((text) => ({ text })),
  };
}

function nextSteps(stage: Stage, keep: boolean): string {
  return `
Where to go next
  ${keep ? `Look around in ${stage.folder}; delete it when you are done.` : 'Run it again with --keep to look around in the scratch folder.'}
  Turn your own zones into documents:  zonewright import /etc/bind/db.example.com --zone example.com
  See them answered while you edit:    zonewright preview
  Have them signed:                    zonewright keys generate example.com
  Roll them out to your name servers:  docs/deploy.md
  Have an API for them:                zonewright serve --repo DIR --state DIR
  Read on:                             README.md, docs/zone-format.md, docs/dnssec.md, docs/commands.md
`;
}
