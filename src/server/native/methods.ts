import type { FastifyInstance, HTTPMethods } from 'fastify';
import { sendProblem } from '../problem.ts';

/**
 * Answers what is asked by another method than a path has: 405 with those that it has (RFC 9110, section 15.5.6), before any
 * body is read. Call it first: what is registered afterwards is looked at. Gives what is to be called at the end.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const paths = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ routePath, method }) => {
    const methods = paths.get(routePath) ?? new Set<string>();
    paths.set(routePath, methods);
    for (const each of [method].flat()) methods.add(each);
  });
  return () => {
    for (const [url, methods] of [...paths]) {
      const allow = [...methods].sort().join(', ');
      app.route({
        method: app.supportedMethods.filter((method) => !methods.has(method)) as HTTPMethods[],
        url,
        schema: { hide: true },
        onRequest: async (_, reply) =>
          sendProblem(reply, {
            status: 405,
            code: 'method',
            title: 'This address has no such method',
            detail: `use ${allow}`,
            headers: { allow },
          }),
        handler: async () => undefined,
      });
    }
  };
}
