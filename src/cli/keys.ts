import type { Declare } from './commands.ts';
import { declare as confirm } from './keys/confirm.ts';
import { declare as exportOne } from './keys/export.ts';
import { declare as generate } from './keys/generate.ts';
import { declare as importAll } from './keys/import.ts';
import { declare as list } from './keys/list.ts';
import { declare as remove } from './keys/remove.ts';
import { declare as roll } from './keys/roll.ts';
import { declare as status } from './keys/status.ts';

/** The commands of the group, in the order in which `--help` lists them. */
export const keyCommands: readonly { readonly name: string; readonly summary: string; readonly declare: Declare }[] = [
  { name: 'generate', summary: 'make the keys that policies ask for', declare: generate },
  { name: 'list', summary: 'list keys with their states and DS', declare: list },
  { name: 'roll', summary: 'replace keys by new ones', declare: roll },
  { name: 'status', summary: 'say what roll-overs wait for, and what is wrong', declare: status },
  { name: 'confirm', summary: 'say which DS the parent has', declare: confirm },
  { name: 'import', summary: 'take keys of BIND, or in PEM files, into the key store', declare: importAll },
  { name: 'export', summary: 'write a key into files for other programs', declare: exportOne },
  { name: 'remove', summary: 'delete a key that nobody needs any more', declare: remove },
];

/** `zonewright keys COMMAND` */
export const declare: Declare = (command, run) => {
  for (const { name, summary, declare: declareOne } of keyCommands) {
    declareOne(command.command(name).description(summary), run);
  }
};
