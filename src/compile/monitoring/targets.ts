import { isIPv6 } from 'node:net';
import { type DomainName, displayName } from '../../dns/name.ts';
import type { NodeEntry, NodesFile } from '../../zone/inventory/inventory.ts';
import { moduleName, transports } from './probe.ts';

/** An entry of a file for Prometheus' `file_sd_configs`. */
interface Target {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Exporters that only web nodes have. */
const webExporters = new Set(['caddy', 'varnish']);

/** `dns.json`: every node that answers, asked for each zone over each transport by the black-box exporter. */
export function printProbes({ nodes }: NodesFile, zones: readonly DomainName[]): string {
  return printTargets(
    sorted(nodes).flatMap((node) =>
      node.probe === undefined
        ? []
        : zones.flatMap((zone) =>
            transports.map((transport) => ({
              targets: [endpointOf((node.probe as { host: string }).host, (node.probe as { port: number }).port)],
              labels: {
                __param_module: moduleName(zone, transport),
                ...labelsOf(node),
                zone: displayName(zone).replace(/(?<=.)\.$/, ''),
                transport,
              },
            })),
          ),
    ),
  );
}

/** `exporters.json`: the other exporters on the nodes, with their names as the label `exporter`. */
export function printExporters({ nodes }: NodesFile, exporters: ReadonlyMap<string, number>): string {
  const jobs = [...exporters].sort(([a], [b]) => (a < b ? -1 : 1));
  return printTargets(
    sorted(nodes).flatMap((node) => {
      const { host } = node;
      if (host === undefined) return [];
      return jobs
        .filter(([exporter]) => node.web || !webExporters.has(exporter))
        .map(([exporter, port]) => ({
          targets: [endpointOf(host, port)],
          labels: { exporter, ...labelsOf(node) },
        }));
    }),
  );
}

function sorted(nodes: NodesFile['nodes']): NodeEntry[] {
  return [...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function labelsOf({ name, location }: NodeEntry): Record<string, string> {
  const labels: Record<string, string> = { node: name };
  if (location?.name !== undefined) labels.location = location.name;
  if (location?.datacenter !== undefined) labels.datacenter = location.datacenter;
  if (location?.provider !== undefined) labels.provider = location.provider;
  return labels;
}

function endpointOf(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** One target a line, so that a change of one node is a change of its lines. */
function printTargets(targets: readonly Target[]): string {
  if (targets.length === 0) return '[]\n';
  return `[\n${targets.map((target) => `  ${JSON.stringify(target)}`).join(',\n')}\n]\n`;
}
