import type { FastifyReply, FastifyRequest } from 'fastify';
import { newWindows } from '../../window.ts';
import type { Answer } from '../answer.ts';
import type { Dialect } from '../dialect.ts';
import { faultOf } from '../faults.ts';
import { addRoutes, queryOf, type Route, takeRawBodies } from '../routes.ts';
import { refuse, type Said } from './answer.ts';
import { DIALECT, type Run } from './ask.ts';
import { type Content, readBody, typeFor, types, write } from './format.ts';
import { deleteRecord, getRecord, listRecords, postRecord, putRecord } from './records.ts';
import { deleteUser, getUser, postUser, putUser } from './users.ts';
import { countIn, countZones, deleteZone, getZone, listZones, listZonesOf, postZone, putZone } from './zones.ts';

/** The paths of the document, and those of the API that came before it. Words win over names: `/zone/list` is the list. */
const routes: readonly Route<Run>[] = [
  { method: 'GET', path: '/user', run: getUser },
  { method: 'PUT', path: '/user', run: putUser },
  { method: 'POST', path: '/user', run: postUser },
  { method: 'GET', path: '/user/:user', run: getUser },
  { method: 'DELETE', path: '/user/:user', run: deleteUser },
  { method: 'GET', path: '/zones', run: listZones },
  { method: 'GET', path: '/zones/count', run: countZones },
  { method: 'GET', path: '/zone/count', run: countZones },
  { method: 'GET', path: '/zone/list', run: listZones },
  { method: 'GET', path: '/zone/:name/count', run: countIn },
  { method: 'GET', path: '/zone/:name/list', run: listZonesOf },
  { method: 'POST', path: '/zone', run: postZone },
  { method: 'PUT', path: '/zone', run: putZone },
  { method: 'DELETE', path: '/zone', run: deleteZone },
  { method: 'GET', path: '/zone/:zone', run: getZone },
  { method: 'DELETE', path: '/zone/:zone', run: deleteZone },
  { method: 'POST', path: '/zone/:zone', run: postRecord },
  { method: 'PUT', path: '/zone/:zone', run: putRecord },
  { method: 'GET', path: '/zone/:zone/records', run: listRecords },
  { method: 'GET', path: '/zone/:zone/record/:id', run: getRecord },
  { method: 'DELETE', path: '/zone/:zone/record/:id', run: deleteRecord },
];

const KEY_HEADERS = ['x-customdns-api-key', 'x-jpoweradmin-api-key'];

/** CustomDNS, the hosting that JPowerAdmin serves: its REST API, in XML and JSON. */
export const customdns: Dialect = {
  name: DIALECT,
  register(app, services) {
    const windows = newWindows(services.now);
    const contentTypes = new WeakMap<FastifyRequest, string>();
    app.addHook('onRequest', async (request) => {
      contentTypes.set(request, request.headers['content-type'] ?? '');
    });
    takeRawBodies(app);

    const answer = async (request: FastifyRequest, run: Run): Promise<Answer> => {
      if (typeFor(request.headers.accept) === undefined)
        return asAnswer(refuse(406, `the answer is ${types.join(' or ')}`));
      const key = KEY_HEADERS.map((name) => request.headers[name]).find(isKey);
      const authenticated =
        key === undefined ? undefined : await services.authentication.bySecret(request, key, DIALECT);
      // Whoever guesses keys is stopped like anybody else who has none.
      const { requests, window } = services.config().server.rateLimit;
      const { allowed, reset } = windows.take(authenticated?.token?.id ?? request.ip, requests, window);
      if (!allowed) return { ...asAnswer(refuse(429)), headers: { 'retry-after': String(reset) } };
      if (key === undefined) return asAnswer(refuse(401, 'send the API key of your account as X-CustomDNS-API-Key'));
      if (authenticated === undefined) return asAnswer(refuse(401, 'the API key is not known'));
      request.authenticated = authenticated;
      const { caller } = authenticated;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return asAnswer(
        await run({
          services,
          request,
          caller,
          key,
          path: new Map(Object.entries(request.params as Record<string, string>)),
          query: queryOf(request),
          body: (name) => readBody(body, contentTypes.get(request), name),
        }),
      );
    };

    addRoutes(app, {
      prefix: '/jpower-admin/rest',
      routes,
      answer,
      refuse: (_, status) => asAnswer(refuse(status)),
      send,
    });
    app.setErrorHandler((error: Parameters<typeof faultOf>[0], request, reply) => {
      const { status, message } = faultOf(error, request, services);
      return send(request, reply, asAnswer(refuse(status, message)));
    });
  },
};

function isKey(value: string | string[] | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

/** What is said, with what is to be written as the body. */
function asAnswer({ status, content, headers }: Said): Answer {
  return { kind: 'answer', status, body: content, headers };
}

function send(request: FastifyRequest, reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
  const written = write(body as Content, typeFor(request.headers.accept) ?? types[0]);
  reply.code(status).headers({ 'cache-control': 'no-store', ...headers });
  return written === undefined ? reply.send() : reply.type(`${written.type}; charset=utf-8`).send(written.text);
}
