import type { DomainName } from '../../dns/name.ts';
import { releaseName } from '../paths.ts';

/** How a node is asked. */
export const transports = ['udp', 'tcp'] as const;

/** The black-box exporter's module that asks for a zone. */
export function moduleName(zone: DomainName, transport: (typeof transports)[number]): string {
  return `dns_${transport}_${releaseName(zone)}`;
}

/** The zones that nodes are asked for: those that were named and are there, else the first. `zones` come sorted. */
export function probedZones(named: readonly DomainName[], zones: readonly DomainName[]): DomainName[] {
  const there = new Set(zones);
  return named.length === 0 ? zones.slice(0, 1) : named.filter((zone) => there.has(zone)).sort();
}
