import { join } from 'node:path';
import { ROOT } from './image.ts';
import { type Lab, startLab } from './lab.ts';
import { ANYCAST, NODES } from './plan.ts';
import { LEAST, play } from './play.ts';
import { makeProject } from './project.ts';
import { faultScenes } from './scenes/faults.ts';
import { killScenes } from './scenes/kills.ts';
import { mainScenes } from './scenes/main.ts';
import { webScenes } from './scenes/web.ts';

/**
 * `npm run lab` starts the lab and leaves it to you; `npm run lab -- --check [--only TEXT]` plays every scene, prints a
 * summary as JSON (schemas/lab.schema.json) and ends with 0 only if all of them came out well.
 */
async function main(args: readonly string[]): Promise<number> {
  if (process.getuid?.() !== 0) return usage('the lab needs root: it makes namespaces and mounts');
  const [check, only, text, ...rest] = args;
  if (check === undefined) return show();
  if (check !== '--check' || rest.length > 0 || (only !== undefined && (only !== '--only' || text === undefined))) {
    return usage('usage: npm run lab [-- --check [--only TEXT]]');
  }
  const scenes = [...mainScenes, ...webScenes, ...faultScenes, ...killScenes];
  const [first] = scenes;
  // Every scene but the first needs nodes that serve something.
  return checkAll(scenes.filter((scene) => scene === first || text === undefined || scene.name.includes(text)));
}

async function checkAll(scenes: readonly (typeof mainScenes)[number][]): Promise<number> {
  const lab = await startUnderSignals();
  try {
    const played = await play(lab, scenes, ({ name, ok, milliseconds, message }) => {
      const end = message === undefined ? '' : `\n     ${message}`;
      process.stderr.write(`${ok ? 'ok  ' : 'FAIL'} ${name} (${(milliseconds / 1000).toFixed(1)} s)${end}\n`);
    });
    process.stdout.write(`${JSON.stringify({ format_version: '1.0', ...played, least: LEAST }, null, 2)}\n`);
    return played.ok ? 0 : 1;
  } finally {
    await lab.stop();
  }
}

/** Starts the lab, which then runs until Ctrl-C. */
async function show(): Promise<number> {
  const lab = await startUnderSignals();
  const project = await makeProject(lab);
  const enter = (pid: number, what = '') => `nsenter -t ${pid} -m -n -p -u -i${what}`;
  const log = join(lab.folder, 'logs');
  const lines = [
    'The lab runs. Every node announces',
    `  ${ANYCAST.prefix} and ${ANYCAST.prefix6}`,
    'to the collector once it has a release.',
    '',
    ...NODES.map(({ name, address, nameserver, bgp }) => {
      const pid = lab.node(name).space.pid;
      return `${name.padEnd(10)} ${address.padEnd(15)} ${`${nameserver}, ${bgp}`.padEnd(13)} ${enter(pid)}`;
    }),
    `${'collector'.padEnd(40)} ${enter(lab.collector.space.pid, ' birdc show route')}`,
    '',
    `A repository with the inventory: ${project.folder}`,
    `Logs: ${log}; releases on the nodes: ${ROOT}`,
    'From another terminal, roll out and ask:',
    `  nsenter -t ${lab.deployer.pid} -n node dist/cli/main.js -C ${project.folder} deploy`,
    `  nsenter -t ${lab.deployer.pid} -n dig @${ANYCAST.address} release.example.com TXT +short`,
    '',
    'Ctrl-C ends the lab and removes all of it.',
    '',
  ];
  process.stdout.write(lines.join('\n'));
  // The lab itself keeps the process alive until a signal ends it.
  return 0;
}

/** A lab that ends with this process also where that is told to end. */
async function startUnderSignals(): Promise<Lab> {
  const lab = await startLab();
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => {
      void lab.stop().finally(() => process.exit(128 + number));
    });
  }
  return lab;
}

function usage(message: string): number {
  process.stderr.write(`${message}\n`);
  return 64;
}

process.exitCode = await main(process.argv.slice(2));
