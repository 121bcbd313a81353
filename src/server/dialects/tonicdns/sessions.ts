import type { FastifyRequest } from 'fastify';
import { beginSession, endSession, useSession } from '../../../state/accounts/session.ts';
import type { Services } from '../../services.ts';
import { type Answer, answer } from '../answer.ts';
import { type Fields, textIn } from './body.ts';
import { fault, invalid, malformed, missing, type Problem } from './faults.ts';

/** The name by which sessions of this dialect are known. */
export const DIALECT = 'tonicdns';
/** How long a token lives after it was used last, in milliseconds. */
export const LIFETIME = 60_000;

const done = answer(200, true);

/** `PUT /authenticate`: a token for a name and a password. */
export async function logIn(
  { authentication, state }: Services,
  request: FastifyRequest,
  fields: Fields | undefined,
): Promise<Answer> {
  if (fields === undefined) return malformed();
  const username = textIn(fields, 'username');
  const password = textIn(fields, 'password');
  if (username === undefined || password === undefined)
    return missing(
      'Username and/or password was missing or invalid. Ensure that the body is in valid format and all required parameters are present.',
    );
  const problems: Problem[] = [];
  const wrong = (property: string, message: string, code: string): void =>
    void problems.push({ property, message, code });
  if (username === null || !/^[\w.@+-]+$/.test(username))
    wrong(
      'username',
      'Username is not valid. May only contain word characters (a-z, 0-9), underscores (_) or dashes (-).',
      'AUTH_INVALID_NAME',
    );
  if (password === null || password === '')
    wrong('password', 'Password is not valid. This field is mandatory, and must be set.', 'AUTH_INVALID_PASSWORD');
  const local = textIn(fields, 'local_user');
  if (local === null || local === '') wrong('local_user', 'Local user must be set.', 'AUTH_INVALID_LOCAL_USER');
  if (problems.length > 0) return invalid(problems);
  const found = await authentication.byPassword(request, username as string, password as string, DIALECT);
  if (found === undefined || found === 'disabled')
    return fault(403, 'Username and/or password was invalid.', 'AUTH_INVALID_CREDENTIALS');
  const now = state.now();
  const token = await beginSession(state.query, found.caller.account.id, { dialect: DIALECT, lifetime: LIFETIME, now });
  const until = Math.floor((now + LIFETIME) / 1000);
  return answer(200, { username: found.caller.account.name, valid_until: until, hash: token, token });
}

/** `POST /authenticate/:token`: the token lives on. */
export async function refresh({ state }: Services, token: string | undefined): Promise<Answer> {
  const refused = tokenFault(token);
  if (refused !== undefined) return refused;
  const used = { dialect: DIALECT, lifetime: LIFETIME, now: state.now() };
  return (await useSession(state.query, token as string, used)) === undefined ? unknown : done;
}

/** `DELETE /authenticate/:token`: the token ends. */
export async function logOut({ state }: Services, token: string | undefined): Promise<Answer> {
  const refused = tokenFault(token);
  if (refused !== undefined) return refused;
  const used = { dialect: DIALECT, lifetime: LIFETIME, now: state.now() };
  const known = await useSession(state.query, token as string, used);
  return known !== undefined && (await endSession(state.query, token as string)) ? done : unknown;
}

const unknown = fault(403, 'Token was invalid.', 'AUTH_INVALID_TOKEN');

function tokenFault(token: string | undefined): Answer | undefined {
  if (token === undefined) return missing('Token was missing or invalid.');
  if (/^[0-9a-f]{40}$/.test(token)) return undefined;
  return invalid([
    {
      property: 'token',
      message: 'Token is not valid. Must be a 40 character hexadecimal string.',
      code: 'AUTH_INVALID_TOKEN',
    },
  ]);
}
