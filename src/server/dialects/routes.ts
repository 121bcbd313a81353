import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Answer } from './answer.ts';

/** What answers to a method and a path; `:name` in the path is a segment of any text. */
export interface Route<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly run: T;
}

/** How the routes of a dialect are served. */
export interface RouteOptions<T> {
  readonly prefix: string;
  readonly routes: readonly Route<T>[];
  /** Answers a request of a route. */
  answer(request: FastifyRequest, run: T): Promise<Answer>;
  /** Answers where there is nothing at a path (404), or not by this method (405). */
  refuse(request: FastifyRequest, status: 404 | 405): Answer;
  /** Sends an answer. */
  send(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply;
}

/** Adds the routes of a dialect, and what it says to all other requests. */
export function addRoutes<T>(app: FastifyInstance, { prefix, routes, answer, refuse, send }: RouteOptions<T>): void {
  const paths = new Map<string, Set<string>>();
  for (const { method, path, run } of routes) {
    const url = `${prefix}${path}`;
    app.route({ method, url, handler: async (request, reply) => send(request, reply, await answer(request, run)) });
    const methods = paths.get(url) ?? new Set<string>();
    // A GET route answers to HEAD as well.
    paths.set(url, methods.add(method).add(method === 'GET' ? 'HEAD' : method));
  }
  for (const [url, methods] of paths) {
    const others = app.supportedMethods.filter((method) => !methods.has(method)) as HTTPMethods[];
    const allow = [...methods].sort().join(', ');
    app.route({
      method: others,
      url,
      handler: (request, reply) => send(request, reply.header('allow', allow), refuse(request, 405)),
    });
  }
  app.setNotFoundHandler((request, reply) => send(request, reply, refuse(request, 404)));
}

/**
 * Bodies are given to handlers as octets, whatever `Content-Type` says or does not say: what a body is, is for the dialect to
 * find out.
 */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  // A type that is none would be refused before any parser sees it.
  app.addHook('onRequest', async ({ raw }) => {
    delete raw.headers['content-type'];
  });
}

/** The parameters in the address of a request. */
export function queryOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}
