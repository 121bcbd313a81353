import type { Lab } from './lab.ts';
import type { Proof } from './proof.ts';
import type { Scene } from './scenes/scene.ts';
import { ALL, setStage } from './stage.ts';

/** How a scene has come out. */
export interface Played {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** Why not, where it is not. */
  readonly message?: string;
}

/** What has been played, and what the collector's log says of all of it. */
export interface Performance {
  readonly ok: boolean;
  readonly scenes: readonly Played[];
  readonly proof: Proof;
}

/** The least number of announced nodes, as the policy of the lab's project has it. */
export const LEAST = 2;

/** Plays scenes one after the other; each finds the nodes as the one before has left them. */
export async function play(
  lab: Lab,
  scenes: readonly Scene[],
  tell: (played: Played) => void = () => undefined,
): Promise<Performance> {
  const stage = await setStage(lab);
  try {
    const played: Played[] = [];
    for (const scene of scenes) {
      const start = Date.now();
      const message = await scene.play(stage).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      const one = { name: scene.name, ok: message === undefined, milliseconds: Date.now() - start };
      played.push(message === undefined ? one : { ...one, message });
      tell(played.at(-1) as Played);
      // What comes after a scene that failed should not fail because of it.
      if (message !== undefined) await stage.deploy('deploy', '--break-lock', '--allow-deletes');
    }
    const proof = stage.proof();
    const holds = proof.unverified.length === 0 && proof.fewest >= LEAST && proof.looks > ALL.length;
    return { ok: holds && played.every(({ ok }) => ok), scenes: played, proof };
  } finally {
    await stage.stop();
  }
}
