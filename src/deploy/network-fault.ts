/** Why a server could not be talked to. */
export interface NetworkFault {
  readonly kind: 'fault';
  readonly reason:
    | 'refused'
    | 'timeout'
    | 'closed'
    | 'no-route'
    | 'unreachable'
    | 'unknown-host'
    | 'malformed'
    | 'tsig';
  /** One sentence that names the server. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/** A name server as it is asked: an address or a host name, and a port. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** `ns1.example.net port 53`, as it stands in messages. */
export function serverText({ host, port }: ServerAddress): string {
  return `${host} port ${port}`;
}

/** A server that has not answered in time. */
export function timedOut(server: ServerAddress, milliseconds: number): NetworkFault {
  return {
    kind: 'fault',
    reason: 'timeout',
    message: `${serverText(server)} has not answered within ${milliseconds} ms`,
    fix: 'check that the name server runs and that no firewall is in the way',
  };
}

/** A connection that ended before all had come. */
export function cutOff(server: ServerAddress): NetworkFault {
  return {
    kind: 'fault',
    reason: 'closed',
    message: `${serverText(server)} closed the connection before the answer was complete`,
    fix: "look into the server's log: it may not allow this query, or limit connections",
  };
}

/** An answer that is none. `what` is a sentence without its full stop. */
export function badAnswer(server: ServerAddress, what: string): NetworkFault {
  return {
    kind: 'fault',
    reason: 'malformed',
    message: `${serverText(server)} sent an answer that cannot be used: ${what}`,
    fix: 'check that a name server listens there',
  };
}

/** What an error of the operating system means. */
export function networkFault(server: ServerAddress, error: unknown): NetworkFault {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ECONNREFUSED':
      return {
        kind: 'fault',
        reason: 'refused',
        message: `nothing listens at ${serverText(server)}`,
        fix: 'check address and port, and that the name server runs',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        kind: 'fault',
        reason: 'unknown-host',
        message: `${server.host} has no address`,
        fix: 'check the spelling of the host, or give an IP address',
      };
    case 'ETIMEDOUT':
      return {
        kind: 'fault',
        reason: 'timeout',
        message: `${serverText(server)} cannot be reached in time`,
        fix: 'check that no firewall is in the way',
      };
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return {
        kind: 'fault',
        reason: 'no-route',
        message: `this machine has no way to ${serverText(server)}`,
        fix: `check that it has ${server.host.includes(':') ? 'IPv6' : 'a network'}`,
      };
    case 'ECONNRESET':
    case 'EPIPE':
      return cutOff(server);
    default:
      return {
        kind: 'fault',
        reason: 'unreachable',
        message: `${serverText(server)} cannot be reached: ${message}`,
        fix: 'check address, port and network',
      };
  }
}
