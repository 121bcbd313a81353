import { visible } from '../pipeline/report/text.ts';
import type { Scope } from '../state/tokens/scope.ts';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFailure } from './project.ts';
import { type StateFlags, statePlace, withStateOptions } from './state-option.ts';

interface CreateFlags extends StateFlags {
  readonly user: string;
  readonly zone: string[];
  readonly scope: string[];
  readonly name: string[];
  readonly type: string[];
  readonly from: string[];
  readonly dialect?: string;
  readonly expires?: string;
  readonly label?: string;
}

/** `zonewright token COMMAND` */
export const declare: Declare = (command, run) => {
  const part = (name: string, summary: string) => command.command(name).description(summary);

  withStateOptions(part('create', 'make a token and print its secret'))
    .requiredOption('--user <name>', 'the user whose token it is')
    .option('--zone <glob>', 'limit it to zones, and give them to it (may be repeated, as all limits)', each, [])
    .option('--scope <scope>', 'read, create, update, delete, keys, deploy, nodes, admin, write or all', each, [])
    .option('--name <glob>', 'limit it to names, relative to the zone', each, [])
    .option('--type <type>', 'limit it to record types', each, [])
    .option('--from <network>', 'limit the networks from which it may be used', each, [])
    .option('--dialect <name>', 'limit it to one dialect; for vps it begins with vps_')
    .option('--expires <time>', 'when it ends: 90d, 12h, or its last day, 2027-01-31')
    .option('--label <text>', 'what it is for')
    .action(({ user, zone, scope, name, type, from, dialect, expires, label, ...options }: CreateFlags) =>
      run(async (around) => {
        const { createToken } = await import('../pipeline/access/tokens.ts');
        const limits = { zones: zone, scopes: scope, names: name, types: type, networks: from };
        const created = await createToken(statePlace(options), { user, ...limits, dialect, expires, label });
        if (created.kind === 'failure') return sayFailure(around, created);
        await around.terminal.out(options.json === true ? await json(created) : `${created.secret}\n`);
        around.terminal.say('keep it now: only a hash of it is stored');
        return EXIT.ok;
      }),
    );

  withStateOptions(part('list', 'list tokens with their limits'))
    .option('--user <name>', 'only the tokens of this user')
    .action((options: StateFlags & { user?: string }) =>
      run(async (around) => {
        const { listAllTokens } = await import('../pipeline/access/tokens.ts');
        const listed = await listAllTokens(statePlace(options), options.user);
        if (listed.kind === 'failure') return sayFailure(around, listed);
        const { out, say } = around.terminal;
        if (options.json === true) {
          await out(await json(listed));
          return EXIT.ok;
        }
        for (const { user, token } of listed.tokens) {
          const { id, label, scope, expiresAt, revokedAt, lastUsedAt } = token;
          const more = [
            ...(label === '' ? [] : [visible(label)]),
            ...limitsText(scope),
            lastUsedAt === undefined ? 'never used' : `used ${dayOf(lastUsedAt)}`,
            ...(expiresAt === undefined
              ? []
              : [`${expiresAt <= listed.now ? 'expired' : 'expires'} ${dayOf(expiresAt)}`]),
            ...(revokedAt === undefined ? [] : [`revoked ${dayOf(revokedAt)}`]),
          ];
          await out(`${id} ${user}: ${more.join(', ')}\n`);
        }
        if (listed.tokens.length === 0) say('there are no tokens');
        return EXIT.ok;
      }),
    );

  withStateOptions(part('revoke', 'end tokens for good').argument('<token...>', 'ids or secrets')).action(
    (texts: string[], options: StateFlags) =>
      run(async (around) => {
        const { revokeTokens } = await import('../pipeline/access/tokens.ts');
        const revoked = await revokeTokens(statePlace(options), texts);
        if (revoked.kind === 'failure') return sayFailure(around, revoked);
        if (options.json === true) await around.terminal.out(await json(revoked));
        else for (const id of revoked.ids) around.terminal.say(`revoked: ${id}`);
        return EXIT.ok;
      }),
  );
};

function each(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function limitsText({ zones, names, types, verbs, networks, dialect }: Scope): string[] {
  const limits = [verbs, types, names, zones, networks, dialect === undefined ? undefined : [dialect]];
  const words = ['may', 'types', 'names', 'zones', 'from', 'only'];
  return limits.flatMap((limit, i) => (limit === undefined ? [] : [`${words[i]} ${limit.map(visible).join(' ')}`]));
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

async function json(done: Parameters<typeof import('../pipeline/access/json.ts')['accessJson']>[0]): Promise<string> {
  const { accessJson } = await import('../pipeline/access/json.ts');
  return accessJson(done);
}
