import { Command } from 'commander';
import { commands } from '../../src/cli/commands.ts';

/** A command as it declares itself. */
export interface DeclaredCommand {
  readonly name: string;
  /** Its options in all their spellings, and how many words each takes. */
  readonly options: ReadonlyMap<string, number>;
  /** The long names of its options, one each. */
  readonly longOptions: readonly string[];
}

/** What every command takes, before or behind its name. */
const everywhere = new Map([
  ['-C', 1],
  ['-h', 0],
  ['--help', 0],
  ['-V', 0],
  ['--version', 0],
  ['--no-progress', 0],
]);

/** Every command with its options, as the program itself has them. */
export async function declaredCommands(): Promise<ReadonlyMap<string, DeclaredCommand>> {
  const found = new Map<string, DeclaredCommand>();
  for (const entry of commands.filter(({ hidden }) => hidden !== true)) {
    const command = new Command(entry.name);
    (await entry.load()).declare(command, async () => {});
    const options = new Map(everywhere);
    const declared = [command, ...command.commands].flatMap((each) => each.options);
    for (const { short, long, required, optional } of declared) {
      for (const spelling of [short, long]) if (spelling != null) options.set(spelling, required || optional ? 1 : 0);
    }
    const longOptions = declared.flatMap(({ long }) => long ?? []);
    found.set(entry.name, { name: entry.name, options, longOptions });
  }
  return found;
}

/** What is wrong with a command line, which begins behind `zonewright`; `undefined` where nothing is. */
export function faultOf(words: readonly string[], known: ReadonlyMap<string, DeclaredCommand>): string | undefined {
  let command: DeclaredCommand | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word.startsWith('-') && word !== '-') {
      const [option, value] = word.split('=', 2) as [string, string?];
      const takes = (command?.options ?? everywhere).get(option);
      if (takes === undefined) return `${command?.name ?? 'zonewright'} has no option ${option}`;
      if (takes === 1 && value === undefined) i++;
    } else if (command === undefined) {
      command = known.get(word);
      if (command === undefined && word !== 'help') return `there is no command ${word}`;
      if (word === 'help') return undefined;
    }
  }
  return undefined;
}

/** The command lines of a shell text that run zonewright, as words behind the name of the program. */
export function commandLines(text: string): string[][] {
  const joined = text.replace(/\\\n\s*/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const shell = line.replace(/^\s*(?:\$ )?/, '');
    return shell.split(/\s*(?:&&|\|\||;|\|)\s*/).flatMap((part) => {
      const found = /^(?:npx )?zonewright((?: .*)?)$/.exec(part);
      return found === null ? [] : [wordsOf(found[1] as string)];
    });
  });
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [, double, single, bare] of text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    const word = double ?? single ?? (bare as string);
    if (/^\d?[<>]/.test(word) || word === '&' || word.startsWith('#')) break;
    words.push(word);
  }
  return words;
}
