import { Option } from 'commander';
import { algorithmText } from '../../dns/dnssec/ds.ts';
import { displayName } from '../../dns/name.ts';
import type { KeyRole } from '../../dnssec/key.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import { storeOption } from '../store-option.ts';

const HELP = `
Files: the K*.private and K*.key of dnssec-keygen and BIND (one of the two, or both), or PEM (PKCS#8) with --role.
All keys of a zone that is served are named in one command: builds then go on with them, without a break.

Examples:
  zonewright keys import /etc/bind/keys/Kexample.com.*.private --zone example.com
  zonewright keys import csk.pem --zone example.com --role csk`;

interface Options {
  readonly zone: string;
  readonly role?: KeyRole;
  readonly algorithm?: string;
  readonly unpublished?: boolean;
  readonly store?: string;
  readonly json?: boolean;
}

const algorithms = ['8', '10', '13', '14', '15', '16'] as const;

/** `zonewright keys import FILE... --zone ZONE` */
export const declare: Declare = (command, run) => {
  command
    .argument('<file...>', 'the files of the keys')
    .requiredOption('--zone <name>', 'the zone of the keys')
    .addOption(
      new Option('--role <role>', 'what the keys sign (default: as the flags in their .key files say)').choices([
        'csk',
        'ksk',
        'zsk',
      ]),
    )
    .addOption(new Option('--algorithm <number>', 'the algorithm of RSA keys in PEM files').choices(algorithms))
    .option('--unpublished', 'the keys are in no zone that is served yet')
    .option(...storeOption)
    .option('--json', 'print a JSON document (schemas/keys.schema.json)')
    .addHelpText('after', HELP)
    .action((files: string[], options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { importKeys } = await import('../../pipeline/keys/import.ts');
        const done = await importKeys(workspace, {
          files,
          zone: options.zone,
          unpublished: options.unpublished === true,
          ...(options.role !== undefined && { role: options.role }),
          ...(options.algorithm !== undefined && {
            algorithm: Number(options.algorithm) as 8 | 10 | 13 | 14 | 15 | 16,
          }),
          ...(options.store !== undefined && { store: options.store }),
        });
        if (done.kind === 'failure') return sayFailure(around, done);
        const { terminal } = around;
        if (options.json === true) {
          const { importedJson } = await import('../../pipeline/keys/json.ts');
          await terminal.out(importedJson(done));
          return EXIT.ok;
        }
        const name = displayName(done.zone);
        for (const { key, state, known } of done.keys) {
          const leaving = key.goal === 'retire' ? ', leaving' : '';
          const text = `${name} ${key.role} ${key.id} ${algorithmText(key.algorithm)}, ${state}${leaving}`;
          if (known) terminal.say(`${text}: was there already`);
          else await terminal.out(`${text}\n`);
        }
        for (const { key_tag, algorithm, digest_type, digest } of done.ds) {
          const when = options.unpublished === true ? 'later at the parent' : 'assumed at the parent';
          await terminal.out(`  ${when}: ${done.zone} IN DS ${key_tag} ${algorithm} ${digest_type} ${digest}\n`);
        }
        for (const { key, known } of done.keys) {
          if (key.role !== 'csk' || options.role !== undefined || options.unpublished === true || known) continue;
          terminal.say(`${name}: no ZSK is named, so ${key.id} counts as a key that signs everything;`);
          terminal.say('  if the zone is served with a ZSK, import all its keys in one command before the next build');
        }
        for (const { id, role } of done.beside) {
          terminal.say(`${name}: the ${role} ${id} will be used as well; "zonewright keys remove" removes it`);
        }
        terminal.say(
          `the private keys are in ${done.store}${done.encrypted ? ', encrypted with age' : ': keep a copy'}`,
        );
        if (done.signed && done.differs) {
          terminal.say(`${name}: the policy asks for other keys than there are; "zonewright keys roll" changes them`);
        }
        if (!done.signed) terminal.say(`${name}: set "dnssec: default" in its document, so that builds sign it`);
        return EXIT.ok;
      }),
    );
};
