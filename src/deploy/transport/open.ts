import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import type { Transport, TransportOptions } from '../node/transport.ts';
import { embeddedTransport } from './embedded.ts';
import { localTransport } from './local.ts';
import { sshTransport } from './ssh.ts';

/** The way to a node, as the inventory says. */
export function openTransport(node: NodeEntry, options: TransportOptions): Transport {
  if (node.nameserver?.kind === 'embedded') return embeddedTransport(node, options);
  return node.transport === 'local' ? localTransport(node, options) : sshTransport(node, options);
}
