import { refusalOf } from '../../../pipeline/origin/permit.ts';
import {
  type Account,
  addAccount,
  changeAccount,
  findAccount,
  isAccountName,
  removeAccount,
} from '../../../state/accounts/account.ts';
import { isStateError } from '../../../state/error.ts';
import { done, isSaid, one, refusalSaid, refuse, type Said } from './answer.ts';
import { type Ask, fieldsIn, type Run, shownTime } from './ask.ts';

/** What users may say of themselves, as it is kept in their profile. */
const profileFields = ['firstName', 'lastName', 'timeZoneId', 'localeName'] as const;

/** `GET /user`, `GET /user/:user`. */
export const getUser: Run = async (ask) => {
  const account = await accountFor(ask, ask.path.get('user'));
  if (isSaid(account)) return account;
  const { createdAt, updatedAt, name, email, profile } = account;
  const text = (field: string): string | undefined =>
    typeof profile[field] === 'string' ? (profile[field] as string) : undefined;
  return one('user', {
    dateCreated: shownTime(createdAt),
    dateModified: shownTime(updatedAt),
    userName: name,
    firstName: text('firstName'),
    lastName: text('lastName'),
    email,
    timeZoneId: text('timeZoneId'),
    localeName: text('localeName'),
    // Of keys only hashes are kept: the one that was just shown is all that can be told.
    apikey: account.id === ask.caller.account.id ? ask.key : undefined,
  });
};

/** `PUT /user`: the user that the body names, else the caller. */
export const putUser: Run = async (ask) => {
  const fields = fieldsIn(ask, 'user');
  if (isSaid(fields)) return fields;
  const account = await accountFor(ask, fields.get('userName') || undefined);
  if (isSaid(account)) return account;
  const refused = mayChange(ask, 'update');
  if (refused !== undefined) return refused;
  const values = valuesOf(fields, account);
  if (isSaid(values)) return values;
  const { state } = ask.services;
  return orRefused(async () => {
    const changed = await changeAccount(state.query, account.id, values, state.now());
    return changed === undefined ? noUser() : done;
  });
};

/** `POST /user`: a new user; root alone. */
export const postUser: Run = async (ask) => {
  const refused = rootOnly(ask);
  if (refused !== undefined) return refused;
  const fields = fieldsIn(ask, 'user');
  if (isSaid(fields)) return fields;
  const name = (fields.get('userName') ?? '').toLowerCase();
  if (!isAccountName(name))
    return refuse(400, 'userName is missing, or has other characters than letters, digits and . _ - @ +');
  if (!fields.get('password')) return refuse(400, 'password is missing');
  const values = valuesOf(fields, undefined);
  if (isSaid(values)) return values;
  const { state } = ask.services;
  return orRefused(async () => {
    await addAccount(state.query, name, values, state.now());
    return done;
  });
};

/** `DELETE /user/:user`. */
export const deleteUser: Run = async (ask) => {
  const account = await accountFor(ask, ask.path.get('user'));
  if (isSaid(account)) return account;
  const refused = mayChange(ask, 'delete');
  if (refused !== undefined) return refused;
  return (await removeAccount(ask.services.state.query, account.id)) ? done : noUser();
};

/** The account of a name, for root; the caller's own for all others, to whom there is no other. */
export async function accountFor(ask: Ask, name: string | undefined): Promise<Account | Said> {
  const { caller, services } = ask;
  const { query } = services.state;
  const own = name === undefined || name.toLowerCase() === caller.account.name;
  if (!own && rootOnly(ask, 'read') !== undefined) return noUser();
  const account = own ? await findAccount(query, { id: caller.account.id }) : await findAccount(query, { name });
  return account ?? noUser();
}

/** Why the caller is not root; `undefined`: it is. */
export function rootOnly({ caller, services }: Ask, verb: 'read' | 'admin' = 'admin'): Said | undefined {
  if (!caller.holder.admin) return refuse(403, 'this is for root users');
  const refusal = refusalOf(caller, { verb }, [], services.now());
  return refusal === undefined ? undefined : refusalSaid(refusal);
}

/** Keys with limits are for zones and records, not for users. */
function mayChange({ caller, services }: Ask, verb: 'update' | 'delete'): Said | undefined {
  const refusal = refusalOf(caller, { verb }, [], services.now());
  return refusal === undefined ? undefined : refusalSaid(refusal);
}

function noUser(): Said {
  return refuse(404, 'there is no such user');
}

function valuesOf(
  fields: ReadonlyMap<string, string>,
  account: Account | undefined,
): Parameters<typeof changeAccount>[2] | Said {
  const email = fields.get('email');
  if (email && !/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email)) return refuse(400, 'email is no e-mail address');
  const given = profileFields.flatMap((field): [string, string][] => {
    const text = fields.get(field);
    return text === undefined ? [] : [[field, text]];
  });
  const long = given.find(([, text]) => text.length > 200 || /[\x00-\x1f\x7f]/.test(text));
  if (long !== undefined) return refuse(400, `${long[0]} is too long, or has control characters`);
  const password = fields.get('password');
  if (password === '') return refuse(400, 'password is empty');
  if (password !== undefined && Buffer.byteLength(password) > 1024) return refuse(400, 'password is too long');
  return {
    ...(email !== undefined && { email: email === '' ? null : email }),
    ...(password !== undefined && { password }),
    ...(given.length > 0 && { profile: { ...account?.profile, ...Object.fromEntries(given) } }),
  };
}

async function orRefused(work: () => Promise<Said>): Promise<Said> {
  try {
    return await work();
  } catch (error) {
    if (isStateError(error, 'conflict')) return refuse(409, error.message);
    if (isStateError(error, 'refused')) return refuse(400, error.message);
    throw error;
  }
}
