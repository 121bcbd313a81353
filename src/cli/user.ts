import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFailure } from './project.ts';
import { type StateFlags, statePlace, withStateOptions } from './state-option.ts';

/** `zonewright user COMMAND` */
export const declare: Declare = (command, run) => {
  const part = (name: string, summary: string) => command.command(name).description(summary);

  withStateOptions(part('add', 'add a user and print the secret of a first token').argument('<name>'))
    .option('--admin', 'the user reaches all zones, nodes and users')
    .option('--email <address>', 'for programs that log in with an e-mail address')
    .action((name: string, options: StateFlags & { admin?: boolean; email?: string }) =>
      run(async (around) => {
        const { addUser } = await import('../pipeline/access/users.ts');
        const added = await addUser(statePlace(options), {
          name,
          admin: options.admin === true,
          email: options.email,
        });
        if (added.kind === 'failure') return sayFailure(around, added);
        const { terminal } = around;
        await terminal.out(options.json === true ? await json(added) : `${added.secret}\n`);
        terminal.say(`added ${added.account.admin ? 'the admin' : 'the user'} ${added.account.name}; this is a token`);
        terminal.say('keep it now: only a hash of it is stored');
        return EXIT.ok;
      }),
    );

  withStateOptions(part('list', 'list users')).action((options: StateFlags) =>
    run(async (around) => {
      const { listUsers } = await import('../pipeline/access/users.ts');
      const listed = await listUsers(statePlace(options));
      if (listed.kind === 'failure') return sayFailure(around, listed);
      const { out, say } = around.terminal;
      if (options.json === true) {
        await out(await json(listed));
        return EXIT.ok;
      }
      for (const { account, tokens } of listed.users) {
        const { name, admin, enabled, createdAt, email } = account;
        const more = [
          ...(email === undefined ? [] : [email]),
          ...(admin ? ['admin'] : []),
          ...(enabled ? [] : ['disabled']),
          `${tokens} ${tokens === 1 ? 'token' : 'tokens'}`,
          `made ${new Date(createdAt).toISOString().slice(0, 10)}`,
        ];
        await out(`${name}: ${more.join(', ')}\n`);
      }
      if (listed.users.length === 0) say('there are no users');
      return EXIT.ok;
    }),
  );

  const changes = [
    ['disable', 'shut a user out', 'shut out'],
    ['enable', 'let a user in again', 'let in'],
    ['remove', 'remove a user with all tokens', 'removed'],
  ] as const;
  for (const [verb, summary, done] of changes) {
    withStateOptions(part(verb, summary).argument('<name>')).action((name: string, options: StateFlags) =>
      run(async (around) => {
        const { enableUser, removeUser } = await import('../pipeline/access/users.ts');
        const place = statePlace(options);
        const changed = await (verb === 'remove'
          ? removeUser(place, name)
          : enableUser(place, name, verb === 'enable'));
        if (changed.kind === 'failure') return sayFailure(around, changed);
        if (options.json === true) await around.terminal.out(await json(changed));
        else around.terminal.say(`${done}: ${changed.account.name}`);
        return EXIT.ok;
      }),
    );
  }
};

async function json(done: Parameters<typeof import('../pipeline/access/json.ts')['accessJson']>[0]): Promise<string> {
  const { accessJson } = await import('../pipeline/access/json.ts');
  return accessJson(done);
}
