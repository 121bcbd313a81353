/** An IP address and a port. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** Why a server does not listen. */
export interface ListenFault {
  readonly kind: 'fault';
  /** One sentence that names the address. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/** `192.0.2.1:53`, `[2001:db8::1]:53`. */
export function addressText({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The system's error as a sentence and a remedy. */
export function listenFault(wanted: SocketAddress, error: unknown): ListenFault {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const where = addressText(wanted);
  if (code === 'EADDRINUSE') {
    return fault(`${where} is in use by another program`, 'stop that program or choose another port');
  }
  if (code === 'EACCES') {
    return fault(`listening on ${where} is not allowed`, 'choose a port of 1024 or more');
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EINVAL' || code === 'ENOTFOUND' || code === 'EAFNOSUPPORT') {
    return fault(`${where} is not an address of this machine`, 'choose one of its addresses, such as 127.0.0.1 or ::1');
  }
  return fault(
    `listening on ${where} failed: ${error instanceof Error ? error.message : String(error)}`,
    'choose another address or port',
  );
}

function fault(message: string, fix: string): ListenFault {
  return { kind: 'fault', message, fix };
}
