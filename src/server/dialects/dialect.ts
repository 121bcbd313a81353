import type { FastifyInstance } from 'fastify';
import type { dialectNames } from '../../zone/document/server.ts';
import type { Services } from '../services.ts';

/** The API of a provider, spoken over the same zones, accounts and tokens. */
export interface Dialect {
  readonly name: (typeof dialectNames)[number];
  /**
   * Adds the provider's routes to an instance of its own, which is mounted at `/<name>`: its parsers of bodies, its error
   * handler and its answer to unknown paths are not seen by anybody else.
   */
  register(app: FastifyInstance, services: Services): void;
}
