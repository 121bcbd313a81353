/** The port of loopback on which Varnish listens, its usual one. */
export const CACHE_PORT = 6081;

/** The header in which Caddy tells Varnish who asks. It never reaches an origin. */
export const CLIENT_HEADER = 'X-Zonewright-Client';
