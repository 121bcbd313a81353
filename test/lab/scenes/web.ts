import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CADDYFILE, caddyfile, startWebServers } from '../daemons/web.ts';
import { replaceProgram } from '../faults.ts';
import { DEPLOYER } from '../plan.ts';
import { zoneDocument } from '../project.ts';
import type { Daemon } from '../space.ts';
import type { Stage } from '../stage.ts';
import { expectEnd, expectMessage, expectThat, type Scene, under } from './scene.ts';

const ORIGIN = `require('http').createServer((asked, answer) => answer.end('from the origin of ' + asked.headers.host)).listen(80)`;
const FAILED = 1;
/** With which Debian's Varnish compiles configurations. */
const COMPILER = '/usr/bin/x86_64-linux-gnu-gcc';

/** Proxied and redirected names on a web node. */
export const webScenes: readonly Scene[] = [
  {
    name: 'a web node serves the hosts of each release, without a restart, and stays with the old ones where new ones are refused',
    async play(stage) {
      const node = stage.lab.node('fra1');
      const origin = await stage.lab.deployer.start('origin', [process.execPath, '-e', ORIGIN]);
      const web = await startWebServers(node);
      const deployed = () => stage.deploy('deploy', '--node', 'fra1');
      const inventory = join(stage.project.folder, 'nodes.yaml');
      const before = await readFile(inventory, 'utf8');
      try {
        await writeFile(inventory, before.replace('  fra1:\n', '  fra1:\n    web: true\n'));
        await stage.project.commit({ 'web.example': hosts('https://www.example.net/one') });
        expectEnd(await deployed(), 0, { fra1: 'done' });
        await redirects(stage, 'https://www.example.net/one');
        await proxies(stage, 'cdn');
        const pids = [web.caddy.pid, web.varnish.pid];

        await stage.project.commit({ 'web.example': hosts('https://www.example.net/two', 'cdn', 'img') });
        expectEnd(await deployed(), 0, { fra1: 'done' });
        await redirects(stage, 'https://www.example.net/two');
        await proxies(stage, 'img');
        expectThat('nothing was restarted', running(web.caddy, web.varnish) && pids.every((pid) => pid > 0));
        const list = ['varnishadm', '-T', '127.0.0.1:6082', '-S', '/etc/varnish/secret', 'vcl.list'];
        const loaded = (await node.space.must(list))
          .split('\n')
          .filter((line) => /^(active|available).* zonewright-/.test(line));
        expectThat(`old configurations do not pile up in Varnish: ${loaded.join('; ')}`, loaded.length === 1);

        const served = stage.project.label();
        await stage.project.commit({ 'web.example': hosts('https://www.example.net/three', 'cdn', 'own') });
        await under(ownSite(stage, 'own'), async () => {
          const ended = await deployed();
          expectEnd(ended, FAILED, { fra1: 'failed' });
          expectMessage(ended, 'fra1', /Caddy accept the release.*own\.web\.example/);
        });
        const deaf = 'case $* in reload*) echo "it is not in the mood" >&2; exit 1 ;; esac\nexec "$real" "$@"';
        await under(replaceProgram(node, '/usr/bin/caddy', deaf), async () => {
          const ended = await deployed();
          expectEnd(ended, FAILED, { fra1: 'rolled-back' });
          expectMessage(ended, 'fra1', /Caddy take its new configuration: it is not in the mood/);
        });
        await stage.serves(served, ['fra1']);
        await redirects(stage, 'https://www.example.net/two');
        await proxies(stage, 'img');
        expectEnd(await deployed(), 0, { fra1: 'done' });
        await redirects(stage, 'https://www.example.net/three');
      } finally {
        await writeFile(inventory, before);
        for (const daemon of [origin, web.caddy, web.varnish]) await daemon.end();
      }
      await stage.project.commit({ 'web.example': undefined });
      await stage.settle();
    },
  },
  {
    name: 'a node that becomes a web node has the hosts it was sent before, and Varnish refuses what it cannot compile',
    async play(stage) {
      const node = stage.lab.node('fra1');
      const origin = await stage.lab.deployer.start('origin', [process.execPath, '-e', ORIGIN]);
      const web = await startWebServers(node);
      const deployed = () => stage.deploy('deploy', '--node', 'fra1');
      const inventory = join(stage.project.folder, 'nodes.yaml');
      const before = await readFile(inventory, 'utf8');
      const other = before.replace('  ams1:\n', '  ams1:\n    web: true\n');
      try {
        await writeFile(inventory, other);
        await stage.project.commit({ 'web.example': hosts('https://www.example.net/one') });
        expectEnd(await deployed(), 0, { fra1: 'done' });
        await writeFile(inventory, other.replace('  fra1:\n', '  fra1:\n    web: true\n'));
        await stage.project.commit();
        expectEnd(await deployed(), 0, { fra1: 'done' });
        await redirects(stage, 'https://www.example.net/one');
        await proxies(stage, 'cdn');

        await stage.project.commit({ 'web.example': hosts('https://www.example.net/two', 'cdn', 'img') });
        await under(replaceProgram(node, COMPILER, 'exit 1'), async () => {
          const ended = await deployed();
          expectEnd(ended, FAILED, { fra1: 'failed' });
          expectMessage(ended, 'fra1', /Varnish accept the release: .*compil/i);
        });
        await redirects(stage, 'https://www.example.net/one');
        expectEnd(await deployed(), 0, { fra1: 'done' });
        await redirects(stage, 'https://www.example.net/two');
        await proxies(stage, 'img');
      } finally {
        await writeFile(inventory, before);
        for (const daemon of [origin, web.caddy, web.varnish]) await daemon.end();
      }
      await stage.project.commit({ 'web.example': undefined });
      await stage.settle();
    },
  },
];

/** A zone with a redirected name, and others that are fetched from the deployer's machine. */
function hosts(target: string, ...proxied: readonly string[]): string {
  const names = proxied.length === 0 ? ['cdn'] : proxied;
  return zoneDocument({
    old: { REDIRECT: `301 ${target}` },
    ...Object.fromEntries(names.map((name) => [name, { A: { value: DEPLOYER.address, proxied: true } }])),
  });
}

/** The node's own configuration has a host that the release has as well. */
async function ownSite(stage: Stage, name: string) {
  const { space } = stage.lab.node('fra1');
  await space.write(CADDYFILE, caddyfile(`${name}.web.example {\n\trespond 204\n}\n`));
  return { heal: () => space.write(CADDYFILE, caddyfile()) };
}

async function redirects(stage: Stage, target: string): Promise<void> {
  const { address } = stage.lab.node('fra1').plan;
  const asked = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', '-H', 'Host: old.web.example'];
  const { stdout } = await stage.lab.deployer.run([...asked, `http://${address}/`]);
  expectThat(`it redirects to ${target}: ${stdout}`, stdout === `301 ${target}`);
}

async function proxies(stage: Stage, name: string): Promise<void> {
  const { address } = stage.lab.node('fra1').plan;
  const host = `${name}.web.example`;
  const to = ['--resolve', `${host}:443:${address}`, '--retry', '5', '--retry-all-errors', '--retry-delay', '1'];
  const { stdout } = await stage.lab.deployer.run(['curl', '-sk', ...to, `https://${host}/`]);
  expectThat(`it fetches pages of ${host}: ${stdout}`, stdout === `from the origin of ${host}`);
}

function running(...daemons: readonly Daemon[]): boolean {
  return daemons.every((daemon) => daemon.running());
}
