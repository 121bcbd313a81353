import type { Transport } from '../../../dns/answer/respond.ts';
import type { Served } from '../../../dns/answer/serve.ts';
import { serve } from '../../../dns/answer/serve.ts';
import type { ZoneSet } from '../../../dns/answer/served-zone.ts';
import type { TsigKey } from '../../../dns/message/tsig.ts';
import type { DomainName } from '../../../dns/name.ts';
import type { Octets } from '../../../dns/octets.ts';
import type { ListenFault, SocketAddress } from './address.ts';
import { addressText, listenFault } from './address.ts';
import type { Complain } from './complaints.ts';
import { limitComplaints } from './complaints.ts';
import type { TcpLimits, TcpListener } from './tcp.ts';
import { listenTcp } from './tcp.ts';
import type { UdpListener } from './udp.ts';
import { listenUdp } from './udp.ts';

/** How an embedded name server is set up. */
export interface NameServerSettings {
  /** Addresses to listen on, UDP and TCP each. Port 0 takes a free one, the same for both. */
  readonly listen: readonly SocketAddress[];
  /** The zones to answer from, asked for with every query: give another set to serve other data from then on. */
  readonly zones: () => ZoneSet;
  /** Keys that queries may be signed with (TSIG). */
  readonly keys?: ReadonlyMap<DomainName, TsigKey>;
  /** Called after each query that was replied to. */
  readonly onQuery?: (event: QueryEvent) => void;
  /** Takes what goes wrong with sockets, as sentences; at most one a second, others are counted. */
  readonly onProblem?: (text: string) => void;
  /** Bounds for TCP; what is left out keeps its default. */
  readonly tcp?: Partial<TcpLimits>;
}

/** A query that was replied to. */
export interface QueryEvent {
  readonly client: SocketAddress;
  readonly transport: Transport;
  /** What was received, as far as it could be read. */
  readonly query: Served['query'];
  readonly rcode: number;
}

/** A name server that is listening. */
export interface NameServer {
  readonly kind: 'listening';
  /** Where it listens, in the order of the settings, with the ports it has got. */
  readonly addresses: readonly SocketAddress[];
  /** Stops listening, ends all connections, and comes back when the ports are free. */
  close(): Promise<void>;
}

/** What the server calls itself when it is asked (`version.bind`, class CH). */
const IDENTITY = 'zonewright preview';

/** Where each query goes: from octets to octets, never throwing. */
export type Handle = (received: Octets, transport: Transport, client: SocketAddress) => Iterable<Octets>;

/**
 * Starts the embedded name server: authoritative, UDP and TCP, in this process. It is for previews, demonstrations and
 * tests; it has no access rules (anybody may transfer any zone) and no defence against floods.
 *
 * Gives a fault, with nothing left listening, where an address cannot be listened on.
 */
export async function startNameServer(settings: NameServerSettings): Promise<NameServer | ListenFault> {
  const { onProblem = () => undefined } = settings;
  const complain = limitComplaints(onProblem, () => Date.now());
  const handle = handler(settings, complain);
  const listeners: (TcpListener | UdpListener)[] = [];
  const addresses: SocketAddress[] = [];
  const close = async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  for (const wanted of settings.listen) {
    try {
      const [tcp, udp] = await listenBoth(wanted, handle, complain, settings.tcp ?? {});
      listeners.push(tcp, udp);
      addresses.push(tcp.address);
    } catch (error) {
      await close();
      return listenFault(wanted, error);
    }
  }
  return { kind: 'listening', addresses, close };
}

/** Tries for a port that is free for both, where any will do. */
const PORT_ATTEMPTS = 20;

async function listenBoth(
  wanted: SocketAddress,
  handle: Handle,
  complain: Complain,
  limits: Partial<TcpLimits>,
): Promise<[TcpListener, UdpListener]> {
  for (let attempt = 1; ; attempt++) {
    const tcp = await listenTcp(wanted, handle, complain, limits);
    try {
      return [tcp, await listenUdp(tcp.address, handle, complain)];
    } catch (error) {
      await tcp.close();
      if (wanted.port !== 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function handler(settings: NameServerSettings, complain: Complain): Handle {
  const keys = settings.keys ?? new Map<DomainName, TsigKey>();
  return (received, transport, client) => {
    try {
      const now = Math.floor(Date.now() / 1000);
      const served = serve({ zones: settings.zones(), keys, identity: IDENTITY, now }, received, transport);
      if (served === undefined) return [];
      settings.onQuery?.({ client, transport, query: served.query, rcode: served.rcode });
      // Here rather than while it is sent, so that a fault is caught; a transfer, which TCP alone has, is made piece by piece.
      return transport === 'udp' ? [...served.messages] : served.messages;
    } catch (error) {
      // A fault of ours must cost one answer, not the server.
      complain(`a query from ${addressText(client)} could not be answered: ${String(error)}`);
      return [];
    }
  };
}
