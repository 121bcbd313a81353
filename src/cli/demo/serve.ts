import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Terminal } from '../terminal.ts';
import { addressAt, nodeLine, startNode } from './node.ts';
import { type Call, newCaller } from './rest.ts';
import { runSelf, startSelf } from './self.ts';
import type { Stage } from './stage.ts';

const ZONE = 'shop.example';
const NODE = 'par1';

/** Serves a repository, writes to it over REST and by a push, and has both answered; false where that did not come out. */
export async function playServe(stage: Stage, terminal: Terminal): Promise<boolean> {
  await stage.chapter(
    '11. Serve',
    'A server has a repository and an API: every write is a commit. A token is printed once; here it goes into $TOKEN.',
  );
  const user = ['user', 'add', 'paula', '--admin', '--state', '../state'];
  await stage.prompt(`TOKEN=$(zonewright ${user.join(' ')})`);
  const added = await runSelf(user, stage.repository);
  if (added.status !== 0) {
    await stage.show(added.output);
    return false;
  }
  const serve = ['serve', '--repo', '../served.git', '--state', '../state', '--listen'];
  const server = startSelf([...serve, '127.0.0.1:0'], stage.repository);
  try {
    const [, url = ''] = await server.said(/^listening on (http:\S+)$/m);
    await stage.prompt(`zonewright ${serve.join(' ')} ${new URL(url).host} &`);
    const call = newCaller(stage, `${url}/api/v1`, added.stdout.trim());
    return (await playWrites(stage, call)) && (await playPush(stage)) && (await playAnswers(stage, terminal, call));
  } finally {
    await server.stop();
  }
}

/** Makes a zone and two records, and changes one of them. */
async function playWrites(stage: Stage, call: Call): Promise<boolean> {
  const zone = {
    name: ZONE,
    soa: { primary: 'ns1.example.net.' },
    name_servers: ['ns1.example.net.', 'ns2.example.org.'],
  };
  if ((await call('POST', '/zones', zone)).status !== 201) return false;
  for (const [name, address, status] of [
    ['mail', '192.0.2.25', 201],
    ['www', '192.0.2.20', 201],
    ['www', '192.0.2.21', 200],
  ] as const) {
    const answer = await call('PUT', `/zones/${ZONE}/rrsets/${name}/A`, { values: [address] });
    if (answer.status !== status) return false;
  }
  await stage.chapter('12. History', 'Each write has changed the lines that a person would have edited.');
  const log = ['log', '--patch', '--max-count=2', '--unified=0', '--format=%h %an: %s', 'main'];
  const { output } = await stage.runGit('-C', '../served.git', ...log);
  return output.includes('-  www: { A: 192.0.2.20 }\n+  www: { A: 192.0.2.21 }\n');
}

/** Pushes an error, which is refused, and then what is right. */
async function playPush(stage: Stage): Promise<boolean> {
  await stage.chapter(
    '13. Push',
    'Who prefers an editor clones the same repository and pushes. What is wrong does not get in.',
  );
  if ((await stage.runGit('clone', '--quiet', '../served.git', '../clone')).status !== 0) return false;
  const document = join(stage.folder, `clone/zones/${ZONE}.yaml`);
  const write = (value: string): void =>
    writeFileSync(
      document,
      `${readFileSync(document, 'utf8').replace(/^ {2}cart: .*\n/m, '')}  cart: { A: ${value} }\n`,
    );
  write('192.0.2.300');
  await stage.runGit('-C', '../clone', 'diff', '--unified=0');
  await stage.runGit('-C', '../clone', 'commit', '--quiet', '--all', '--message', `${ZONE}: add the cart`);
  const refused = await stage.runGit('-C', '../clone', 'push', '--quiet');
  if (refused.status === 0 || !refused.output.includes('192.0.2.300')) return false;
  write('192.0.2.30');
  await stage.runGit('-C', '../clone', 'diff', '--unified=0');
  await stage.runGit('-C', '../clone', 'commit', '--quiet', '--all', '--amend', '--no-edit');
  return (await stage.runGit('-C', '../clone', 'push', '--quiet')).status === 0;
}

/** Gives the server a node to roll out to, and asks that. */
async function playAnswers(stage: Stage, terminal: Terminal, call: Call): Promise<boolean> {
  await stage.chapter(
    '14. From commit to node',
    'With a node in the repository, whatever is committed is rolled out to it: again an embedded name server of this\nprocess. wait=deployed lets a write be answered once the node serves it.',
  );
  const node = await startNode(stage, NODE);
  if (node === undefined) return false;
  try {
    writeFileSync(
      join(stage.folder, 'clone/nodes.yaml'),
      `defaults: { nameserver: { kind: embedded } }\nnodes:\n${nodeLine(NODE, node)}`,
    );
    await stage.runGit('-C', '../clone', 'add', 'nodes.yaml');
    await stage.runGit('-C', '../clone', 'commit', '--quiet', '--message', `Roll out to ${NODE}`);
    if ((await stage.runGit('-C', '../clone', 'push', '--quiet')).status !== 0) return false;
    const { headers } = await call('PUT', `/zones/${ZONE}/rrsets/www/A?wait=deployed`, { values: ['192.0.2.22'] });
    if (headers.get('zonewright-deployed') !== 'true') return false;
    for (const [host, from, desired] of [
      [`www.${ZONE}`, 'written over REST', '192.0.2.22'],
      [`cart.${ZONE}`, 'pushed', '192.0.2.30'],
    ] as const) {
      const address = await addressAt(node.port, host);
      await terminal.out(`  ${NODE}: ${host} A ${address} ${terminal.paint.dim(`(${from})`)}\n`);
      if (address !== desired) return false;
    }
    return true;
  } finally {
    await node.close();
  }
}
