import { STEPS, type Step } from '../../../src/deploy/rollout/event.ts';
import { DEAF_TO_LOADS, replaceProgram } from '../faults.ts';
import type { Stage } from '../stage.ts';
import { expectThat, type Scene, under } from './scene.ts';

/**
 * The deployer is killed when a step begins on a node, and run again. On the canary and on a node of the waves in turn:
 * with the others some are done by then, and some in the middle.
 */
export const killScenes: readonly Scene[] = [
  ...STEPS.map((step, i) => killedIn(step, i % 2 === 0 ? 'fra1' : 'ams1')),
  {
    name: 'a deployer that is killed while it takes a node back finishes when it is run again',
    async play(stage) {
      await stage.project.commit();
      await under(replaceProgram(stage.lab.node('ams1'), '/usr/sbin/rndc', DEAF_TO_LOADS), () =>
        killAt(stage, 'back', 'ams1'),
      );
      await stage.settle();
    },
  },
];

function killedIn(step: Step, node: string): Scene {
  return {
    name: `a deployer that is killed in the step "${step}" on ${node} finishes when it is run again`,
    async play(stage) {
      await stage.project.commit();
      await killAt(stage, step, node);
      await stage.settle();
    },
  };
}

/** Rolls out, and kills the deployer when the step begins on the node. */
async function killAt(stage: Stage, step: Step, node: string): Promise<void> {
  const deploying = stage.start();
  const found = await deploying.event((event) => event.type === 'step' && event.node === node && event.step === step);
  deploying.kill('SIGKILL');
  const { status } = await deploying.ended;
  expectThat(`there was a step ${step}`, found !== undefined);
  expectThat('it was killed', status === undefined);
}
