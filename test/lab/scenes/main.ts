import { zoneDocument } from '../project.ts';
import { ALL, SERVICE } from '../stage.ts';
import { expectEnd, expectThat, type Scene } from './scene.ts';

/** A service from its first release on, as it goes where nothing goes wrong. */
export const mainScenes: readonly Scene[] = [
  {
    name: 'the first rollout brings four nodes up, announced, the canary first',
    async play(stage) {
      const ended = await stage.deploy();
      expectEnd(ended, 0, Object.fromEntries(ALL.map((node) => [node, 'done'])));
      const steps = ended.events.flatMap((event) => (event.type === 'step' ? [event] : []));
      const begun = steps.find(({ node, step }) => node !== 'fra1' && step === 'transfer');
      const canary = ended.events.find((event) => event.type === 'node' && event.node === 'fra1');
      expectThat('no other node is begun before the canary is done', (begun?.at ?? 0) >= (canary?.at ?? Infinity));
      await stage.serves('r1');
      await stage.announced(ALL);
      const { stdout } = await stage.lab.deployer.run(['dig', `@${SERVICE}`, 'release.example.com', 'TXT', '+short']);
      expectThat('the anycast address answers', stdout === '"r1"\n');
    },
  },
  {
    name: 'a changed record comes to all nodes, and only what differs travels',
    async play(stage) {
      const label = await stage.project.commit();
      const ended = await stage.deploy();
      expectEnd(ended, 0, Object.fromEntries(ALL.map((node) => [node, 'done'])));
      await stage.serves(label);
      await stage.announced(ALL);
      const again = await stage.deploy();
      expectEnd(again, 0, Object.fromEntries(ALL.map((node) => [node, 'unchanged'])));
    },
  },
  {
    name: 'a zone is added and another removed while the servers run',
    async play(stage) {
      const pids = ALL.map((node) => stage.lab.node(node).nameserver.pid);
      const added = zoneDocument({ www: { A: '192.0.2.81' } });
      await stage.project.commit({ 'example.org': added, 'example.net': undefined });
      await stage.settle();
      for (const node of ALL) {
        expectThat(`${node} serves the new zone`, (await stage.ask(node, 'www.example.org', 'A')) === '192.0.2.81');
        expectThat(`${node} does not serve the old one`, (await stage.ask(node, 'example.net', 'SOA')) === '');
        const { nameserver } = stage.lab.node(node);
        expectThat(`${node} was not restarted`, nameserver.running() && pids.includes(nameserver.pid));
      }
    },
  },
  {
    name: 'a rollback goes to the release before, and a new rollout forth again',
    async play(stage) {
      const before = stage.project.label();
      await stage.project.commit();
      await stage.settle();
      expectEnd(await stage.deploy('rollback'), 0, Object.fromEntries(ALL.map((node) => [node, 'done'])));
      await stage.serves(before);
      await stage.announced(ALL);
      await stage.settle();
    },
  },
];
