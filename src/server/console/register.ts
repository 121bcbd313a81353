import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Ask, askAs, cookieOf, isOwnForm, type Refused, tokenOf } from './ask.ts';
import type { Part } from './html.ts';
import {
  type Deployment,
  type EditedRRset,
  type Job,
  loginPage,
  overview,
  type Proposal,
  page,
  problem,
  proposed,
  type RRset,
  zoneList,
  zonePage,
} from './pages.ts';
import { style } from './style.ts';

/** Nothing but our own style and forms: no script, no picture, no frame. */
const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Whoever looks at a page. */
interface Viewer {
  readonly name: string;
  readonly ask: Ask;
}

/** `/console`: pages for people, without scripts, over what the API says to the token that they have shown. */
export function registerConsole(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store', 'referrer-policy': 'same-origin' });
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isOwnForm(request))
      return send(reply.code(403), page('Not from here', undefined, 'This form was sent by another site.'));
    return undefined;
  });

  const viewerOf = async (request: FastifyRequest): Promise<Viewer | undefined> => {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const ask = askAs(app, request, token);
    const { status, json } = await ask<{ account: { name: string } }>('GET', '/whoami');
    return status === 200 ? { name: json.account.name, ask } : undefined;
  };
  /** A page for those who have logged in. */
  const forViewer =
    (show: (viewer: Viewer, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const viewer = await viewerOf(request);
      if (viewer !== undefined) return show(viewer, request, reply);
      return send(reply.code(request.method === 'GET' ? 200 : 403), loginPage(false));
    };
  /** A button: asks the API, and goes back to the overview or says what is wrong. */
  const act = (
    url: string,
    method: 'POST',
    path: (request: FastifyRequest) => string,
    body?: (request: FastifyRequest) => unknown,
  ) =>
    app.post(
      url,
      forViewer(async ({ name, ask }, request, reply) => {
        const { status, json } = await ask<Refused>(method, path(request), body?.(request));
        if (status < 300) return reply.redirect('/console', 303);
        return send(reply.code(status), page('It was not done', name, problem(json)));
      }),
    );
  const param = (request: FastifyRequest, key: string): string =>
    encodeURIComponent((request.params as Record<string, string>)[key] ?? '');

  app.get('/style.css', async (_, reply) => reply.type('text/css; charset=utf-8').send(style));
  app.post('/login', async (request, reply) => {
    const token = (request.body as URLSearchParams | undefined)?.get('token')?.trim() ?? '';
    const known =
      /^[A-Za-z0-9_]{1,200}$/.test(token) && (await askAs(app, request, token)('GET', '/whoami')).status === 200;
    if (!known) return send(reply.code(403), loginPage(true));
    return reply.header('set-cookie', cookieOf(token, request)).redirect('/console', 303);
  });
  app.post('/logout', async (request, reply) =>
    reply.header('set-cookie', cookieOf(undefined, request)).redirect('/console', 303),
  );

  app.get(
    '/',
    forViewer(async ({ name, ask }, _, reply) => {
      const [rollouts, nodes, failed] = await Promise.all([
        ask<{ deployments?: readonly Deployment[] }>('GET', '/deployments?limit=10'),
        ask<{ nodes?: Parameters<typeof overview>[1] }>('GET', '/nodes'),
        ask<{ jobs?: readonly Job[] }>('GET', '/jobs?state=failed&limit=10'),
      ]);
      const content = overview(rollouts.json.deployments ?? [], nodes.json.nodes ?? [], failed.json.jobs);
      return send(reply, page('Overview', name, content));
    }),
  );
  act(
    '/deploy',
    'POST',
    () => '/deployments',
    (request) => ({
      allow_deletes: (request.query as { allow_deletes?: string }).allow_deletes === 'true',
    }),
  );
  act('/deployments/:id/rollback', 'POST', (request) => `/deployments/${param(request, 'id')}/rollback`);
  act('/nodes/:node/withdraw', 'POST', (request) => `/nodes/${param(request, 'node')}/withdraw`);
  act('/nodes/:node/announce', 'POST', (request) => `/nodes/${param(request, 'node')}/announce`);
  act('/jobs/:id/retry', 'POST', (request) => `/jobs/${param(request, 'id')}/retry`);

  app.get<{ Querystring: { search?: string; cursor?: string } }>('/zones', async (request, reply) =>
    forViewer(async ({ name, ask }) => {
      const { search = '', cursor } = request.query;
      const query = new URLSearchParams({ search, ...(cursor !== undefined && { cursor }) });
      const { status, json, next } = await ask<{ zones: Parameters<typeof zoneList>[0]; total: number } & Refused>(
        'GET',
        `/zones?${query}`,
      );
      const content = status === 200 ? zoneList(json.zones, { search, total: json.total, next }) : problem(json);
      return send(reply.code(status), page('Zones', name, content));
    })(request, reply),
  );

  const showZone = async ({ name, ask }: Viewer, request: FastifyRequest, reply: FastifyReply, wrong?: Refused) => {
    const zone = (request.params as { zone: string }).zone;
    const query = request.query as { cursor?: string; name?: string; type?: string };
    const path = `/zones/${encodeURIComponent(zone)}`;
    const page_ = query.cursor === undefined ? '' : `&${new URLSearchParams({ cursor: query.cursor })}`;
    const [records, history] = await Promise.all([
      ask<{ rrsets: readonly RRset[] } & Refused>('GET', `${path}/rrsets?limit=500${page_}`),
      ask<{ commits?: Parameters<typeof zonePage>[4] }>('GET', `${path}/history?limit=10`),
    ]);
    if (records.status !== 200) return send(reply.code(records.status), page(zone, name, problem(records.json)));
    const form = request.body as URLSearchParams | undefined;
    const edited = form === undefined ? await rrsetOf(ask, path, query) : editedBy(form);
    const shown = zonePage(zone, records.json.rrsets, records.next, edited, history.json.commits ?? []);
    const content: Part = [wrong && problem(wrong), shown];
    return send(reply, page(zone, name, content));
  };
  app.get('/zones/:zone', forViewer(showZone));
  app.post(
    '/zones/:zone',
    forViewer(async (viewer, request, reply) => {
      const { name = '', type = '', ttl, values = [], etag } = editedBy(request.body as URLSearchParams);
      const zone = param(request, 'zone');
      const path = `/zones/${zone}/rrsets/${encodeURIComponent(name.trim() || '@')}/${encodeURIComponent(type.trim().toUpperCase())}`;
      const deleting = (request.body as URLSearchParams).get('do') === 'delete';
      const { status, json } = await viewer.ask<Refused & { proposal?: Proposal }>(
        deleting ? 'DELETE' : 'PUT',
        path,
        deleting ? undefined : { values, ...(ttl !== undefined && { ttl }) },
        etag === undefined ? {} : { 'if-match': `"${etag}"` },
      );
      if (json.proposal !== undefined) return send(reply, page('Proposed', viewer.name, proposed(json.proposal)));
      if (status < 300) return reply.redirect(`/console/zones/${zone}`, 303);
      return showZone(viewer, request, reply.code(status), json);
    }),
  );
}

/** The RRset that is to be edited; nothing where none is named. */
async function rrsetOf(ask: Ask, zone: string, { name, type }: { name?: string; type?: string }): Promise<EditedRRset> {
  if (name === undefined || type === undefined) return {};
  const path = `${zone}/rrsets/${encodeURIComponent(name)}/${encodeURIComponent(type)}`;
  const { status, json } = await ask<RRset>('GET', path);
  return status === 200 ? json : { name, type };
}

/** What a form says of an RRset. */
function editedBy(form: URLSearchParams): EditedRRset {
  const [name, type, ttl, etag] = ['name', 'type', 'ttl', 'etag'].map((key) => form.get(key) ?? '') as [
    string,
    string,
    string,
    string,
  ];
  const values = (form.get('values') ?? '').split(/\r?\n/).map((line) => line.trim());
  return {
    name,
    type,
    values: values.filter((value) => value !== ''),
    ...(ttl.trim() !== '' && { ttl: /^\d+$/.test(ttl.trim()) ? Number(ttl) : ttl }),
    ...(etag !== '' && { etag }),
  };
}

function send(reply: FastifyReply, markup: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(markup);
}
