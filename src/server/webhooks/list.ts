import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { push } from './push.ts';
import type { Sender } from './sender.ts';

/** Every sender, by its name. */
export const senders: ReadonlyMap<string, Sender> = new Map(
  [github, gitea, gitlab, push].map((sender) => [sender.name, sender]),
);
