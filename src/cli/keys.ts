import type { Declare } from './commands.ts';
import { declare as generate } from './keys/generate.ts';
import { declare as list } from './keys/list.ts';

/** The commands of the group, in the order in which `--help` lists them. */
export const keyCommands: readonly { readonly name: string; readonly summary: string; readonly declare: Declare }[] = [
  { name: 'generate', summary: 'make the keys that policies ask for', declare: generate },
  { name: 'list', summary: 'list keys with their states and DS', declare: list },
];

/** `zonewright keys COMMAND` */
export const declare: Declare = (command, run) => {
  for (const { name, summary, declare: declareOne } of keyCommands) {
    declareOne(command.command(name).description(summary), run);
  }
};
