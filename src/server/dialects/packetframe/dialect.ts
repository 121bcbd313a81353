import type { FastifyReply, FastifyRequest } from 'fastify';
import { allows } from '../../../state/tokens/scope.ts';
import { newWindows } from '../../window.ts';
import type { Answer } from '../answer.ts';
import type { Dialect } from '../dialect.ts';
import { faultOf } from '../faults.ts';
import { addRoutes, takeRawBodies } from '../routes.ts';
import { accountRoutes } from './account-routes.ts';
import { type Action, isAdmin } from './ask.ts';
import { debugRoutes } from './debug-routes.ts';
import { nodeRoutes } from './node-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { not, sorted } from './say.ts';
import { zoneRoutes } from './zone-routes.ts';

/** Requests that a key, or an address without one, may send in a window of so many seconds. */
const RATE = { requests: 1200, window: 300 };
/** Logins and sign-ups that an address may try in a minute and in an hour. */
const LOGINS = { requests: 30, window: 60 };
const SIGNUPS = { requests: 20, window: 3600 };

/** The API of PacketFrame, as its document and its first server have it. */
export const packetframe: Dialect = {
  name: 'packetframe',
  register(app, services) {
    const { authentication, now } = services;
    const windows = newWindows(now);
    takeRawBodies(app);

    const isWithin = (key: string, { requests, window }: typeof RATE): boolean =>
      windows.take(key, requests, window).allowed;

    const answer = async (request: FastifyRequest, action: Action): Promise<Answer> => {
      const open = { services, request, path: new Map(Object.entries(request.params as Record<string, string>)) };
      if (action.access === 'open') {
        const route = request.routeOptions.url ?? '';
        const limit = route.endsWith('/login') ? LOGINS : route.endsWith('/signup') ? SIGNUPS : RATE;
        return isWithin(`${limit.window} ${request.ip}`, limit) ? action.run(open) : tooMany();
      }
      const { key, byCookie } = keyOf(request);
      if (key === '') return not('X-API-Key or Cookie must not be blank');
      const known = await authentication.bySecret(request, key, 'packetframe');
      if (known === undefined) {
        if (!isWithin(`${RATE.window} ${request.ip}`, RATE)) return tooMany();
        return not(action.access === 'zone' ? 'Access Denied' : 'Not authenticated');
      }
      request.authenticated = known;
      const { caller, token } = known;
      const { holder, from } = caller;
      const verdict = allows(holder, { verb: 'read', from, dialect: 'packetframe', now: now() });
      // What else a token may do is asked where it is done.
      if (verdict.kind === 'forbidden' && (verdict.why === 'network' || verdict.why === 'dialect'))
        return not('Access Denied');
      if (!isWithin(`key ${token?.id ?? caller.account.name}`, RATE)) return tooMany();
      const ask = { ...open, caller, token, byCookie };
      return action.access === 'admin' && !isAdmin(ask) ? not('Unauthorized') : action.run(ask);
    };
    const send = (_: FastifyRequest, reply: FastifyReply, { status, body, headers }: Answer): FastifyReply =>
      reply
        .code(status)
        .headers({ 'cache-control': 'no-store', ...headers })
        .type('application/json')
        .send(`${JSON.stringify(sorted(body))}\n`);

    addRoutes(app, {
      prefix: '/api',
      routes: [...accountRoutes, ...zoneRoutes, ...recordRoutes, ...nodeRoutes, ...debugRoutes],
      answer,
      refuse: (_, status) => not(status === 404 ? 'Not Found' : 'Method Not Allowed', status),
      send,
    });
    app.setErrorHandler((error: Parameters<typeof faultOf>[0], request, reply) => {
      const { status, message } = faultOf(error, request, services);
      return send(request, reply, not(message, status));
    });
  },
};

function tooMany(): Answer {
  return not('Too Many Requests', 429);
}

/** The key: a header, or the cookie that a login sets. Empty where there is neither. */
function keyOf({ headers }: FastifyRequest): { readonly key: string; readonly byCookie: boolean } {
  const header = headers['x-api-key'];
  if (typeof header === 'string' && header.trim() !== '') return { key: header.trim(), byCookie: false };
  const cookie = /(?:^|;)\s*apikey=([^;\s]*)/.exec(headers.cookie ?? '')?.[1] ?? '';
  return { key: cookie.replace(/^"(.*)"$/, '$1'), byCookie: true };
}
