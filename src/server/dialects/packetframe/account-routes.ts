import { DnsSyntaxError } from '../../../dns/fault.ts';
import { logIn, logOut } from '../../../pipeline/access/log-in.ts';
import { refusalOf } from '../../../pipeline/origin/permit.ts';
import { addPurgeNetwork, purgeNetworks } from '../../../pipeline/purge.ts';
import {
  addAccount,
  changeAccount,
  findAccount,
  isAccountName,
  listAccounts,
} from '../../../state/accounts/account.ts';
import { isStateError } from '../../../state/error.ts';
import { parseNetwork } from '../../../zone/web-file.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { type Ask, changeFile, isAdmin, type OpenAsk, type Routes, required } from './ask.ts';
import { done, not, say } from './say.ts';

/** Accounts: one's own, and for admins all. */
export const accountRoutes: Routes = [
  { method: 'POST', path: '/auth/signup', run: { access: 'open', run: signUp } },
  { method: 'POST', path: '/auth/login', run: { access: 'open', run: enter } },
  { method: 'POST', path: '/auth/logout', run: { access: 'account', run: leave } },
  { method: 'GET', path: '/admin', run: { access: 'account', run: async (ask) => say(isAdmin(ask), '200') } },
  { method: 'GET', path: '/user/acl', run: { access: 'account', run: showNetworks } },
  { method: 'PUT', path: '/user/acl', run: { access: 'account', run: addNetwork } },
  { method: 'POST', path: '/user/change_password', run: { access: 'account', run: changePassword } },
  { method: 'GET', path: '/users', run: { access: 'admin', run: listUsers } },
  { method: 'POST', path: '/user/:user/toggle', run: { access: 'admin', run: toggleUser } },
];

/** The name of the dialect in tokens. */
const DIALECT = 'packetframe';

async function signUp(ask: OpenAsk): Promise<Answer> {
  const fields = required(ask, 'username', 'password');
  if (isAnswer(fields)) return fields;
  const { query, now } = ask.services.state;
  const name = nameOf(fields.get('username'));
  if (name === undefined || !/^[^@]+@[^@]*\.[^@]*$/.test(name) || name.length > 100 || !isAccountName(name))
    return not('Invalid username');
  const password = fields.get('password');
  const fault = passwordFault(password, 16);
  if (fault !== undefined) return fault;
  try {
    await addAccount(query, name, { email: name, password: password as string, enabled: false }, now());
  } catch (error) {
    if (isStateError(error, 'conflict')) return not('User already exists');
    throw error;
  }
  return done('Signup success');
}

async function enter(ask: OpenAsk): Promise<Answer> {
  const fields = required(ask, 'username', 'password');
  if (isAnswer(fields)) return fields;
  const { services, request } = ask;
  const name = nameOf(fields.get('username'));
  const password = fields.get('password');
  const wrong = not('Invalid username or password');
  if (name === undefined || typeof password !== 'string') return wrong;
  const known = await services.authentication.byPassword(request, name, password, DIALECT);
  if (known === undefined) return wrong;
  if (known === 'disabled')
    return not('This account is inactive. Please contact your administrator for more information.');
  const key = await logIn(services.state, known.caller.account.id, DIALECT);
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return say(true, key, 200, { 'set-cookie': `apikey=${key}; Path=/; HttpOnly; SameSite=Strict${secure}` });
}

/** Ends the login that the cookie stands for; a key that a program holds goes on. */
async function leave({ services, token, byCookie }: Ask): Promise<Answer> {
  if (byCookie && token !== undefined) await logOut(services.state, token);
  return say(true, 'Logged out', 200, { 'set-cookie': 'apikey=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0' });
}

async function showNetworks({ services, caller }: Ask): Promise<Answer> {
  return done(await purgeNetworks(services.origin, caller.account.name));
}

async function addNetwork(ask: Ask): Promise<Answer> {
  const fields = required(ask, 'address');
  if (isAnswer(fields)) return fields;
  const { services, caller } = ask;
  try {
    const network = parseNetwork(String(fields.get('address')));
    const refused = await changeFile(ask, network, (aside) => addPurgeNetwork(services.origin, caller, network, aside));
    return refused ?? done('ACL updated');
  } catch (error) {
    if (error instanceof DnsSyntaxError) return not('Invalid CIDR notation');
    throw error;
  }
}

async function changePassword(ask: Ask): Promise<Answer> {
  const fields = required(ask, 'password');
  if (isAnswer(fields)) return fields;
  const { services, caller } = ask;
  const password = fields.get('password');
  const fault = passwordFault(password, 17);
  if (fault !== undefined) return fault;
  // A token for some zones must not become the whole account.
  const refused = refusalOf(caller, { verb: 'update' }, [], services.now());
  if (refused !== undefined) return not('Access Denied');
  const { query, now } = services.state;
  await changeAccount(query, caller.account.id, { password: password as string }, now());
  return done('Password updated successfully');
}

async function listUsers({ services }: Ask): Promise<Answer> {
  const { accounts } = (await services.origin.topFiles()).web;
  const users = await listAccounts(services.state.query);
  return done(
    users.map(({ name, admin, enabled }) => ({
      acl: accounts.get(name),
      admin: admin ? true : undefined,
      enabled,
      username: name,
    })),
  );
}

async function toggleUser({ services, path }: Ask): Promise<Answer> {
  const { query, now } = services.state;
  const account = await findAccount(query, { name: path.get('user') ?? '' });
  if (account === undefined) return not("User doesn't exist");
  const changed = await changeAccount(query, account.id, { enabled: !account.enabled }, now());
  return done(`User enabled state is now ${changed?.enabled === true ? 'True' : 'False'}`);
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 1000 ? value.toLowerCase() : undefined;
}

function passwordFault(password: unknown, least: number): Answer | undefined {
  if (typeof password !== 'string' || password.length < least) return not('Password must be longer than 16 characters');
  return password.length > 200 ? not('Password must not be longer than 200 characters') : undefined;
}
