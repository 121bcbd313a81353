import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What is counted and measured, for Prometheus. Labels are words of closed lists, but for the names of signed zones; never the path of a request. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly orders: Counter<'outcome' | 'dialect'>;
  readonly orderSeconds: Histogram<never>;
  readonly jobs: Counter<'kind' | 'outcome'>;
  readonly zones: Gauge<never>;
  readonly builds: Counter<'outcome'>;
  readonly lastBuild: Gauge<never>;
  readonly remoteSeen: Gauge<never>;
  readonly held: Gauge<never>;
  readonly queue: Gauge<'state'>;
  /** Signed zones alone: as many as somebody chose to sign. */
  readonly signatures: Gauge<'zone'>;
  readonly blocked: Gauge<never>;
  readonly deliveries: Counter<'source' | 'outcome'>;
}

/** Fresh metrics in a registry of their own. */
export function newMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'zonewright_' });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'zonewright_http_request_duration_seconds',
      help: 'How long requests took.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    orders: new Counter({
      name: 'zonewright_orders_total',
      help: 'Changes that were asked for, by what came of them.',
      labelNames: ['outcome', 'dialect'],
      registers,
    }),
    orderSeconds: new Histogram({
      name: 'zonewright_order_duration_seconds',
      help: 'How long changes took until they were durable.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    }),
    jobs: new Counter({
      name: 'zonewright_jobs_total',
      help: 'Jobs of the queue that ended, by kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    zones: new Gauge({ name: 'zonewright_zones', help: 'Zones in the repository.', registers }),
    builds: new Counter({
      name: 'zonewright_builds_total',
      help: 'Releases that were compiled, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    lastBuild: new Gauge({
      name: 'zonewright_last_successful_build_timestamp_seconds',
      help: 'When the newest release was compiled.',
      registers,
    }),
    remoteSeen: new Gauge({
      name: 'zonewright_remote_last_answer_timestamp_seconds',
      help: 'When the remote answered the last look at it; 0 where nobody looks.',
      registers,
    }),
    held: new Gauge({
      name: 'zonewright_release_held_thresholds',
      help: 'How many thresholds the newest release passes that nobody has lifted; it waits while there are any.',
      registers,
    }),
    signatures: new Gauge({
      name: 'zonewright_signatures_expire_timestamp_seconds',
      help: 'When the first signature of a signed zone expires.',
      labelNames: ['zone'],
      registers,
    }),
    blocked: new Gauge({
      name: 'zonewright_zones_unrenewable',
      help: 'Signed zones whose signatures cannot be renewed.',
      registers,
    }),
    queue: new Gauge({
      name: 'zonewright_queue_jobs',
      help: 'Jobs in the queue, by state; failed ones wait for a person.',
      labelNames: ['state'],
      registers,
    }),
    deliveries: new Counter({
      name: 'zonewright_webhook_deliveries_total',
      help: 'Deliveries of webhooks, by sender and outcome.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
  };
}
