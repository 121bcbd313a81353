import type { DomainName } from '../../dns/name.ts';
import { plainName } from '../../dns/plain-name.ts';
import { moduleName, transports } from './probe.ts';

const HEAD = `# Modules of the black-box exporter: asks a name server for the SOA of a zone, over UDP and over TCP.
#   prometheus-blackbox-exporter --config.file=/var/lib/zonewright/current/monitoring/blackbox.yml
`;

/** `blackbox.yml`. Every text is a string of JSON, which YAML reads as it is. */
export function printBlackbox(zones: readonly DomainName[]): string {
  if (zones.length === 0) return `${HEAD}modules: {}\n`;
  const modules = zones.flatMap((zone) =>
    transports.map(
      (transport) => `  ${JSON.stringify(moduleName(zone, transport))}:
    prober: dns
    timeout: 5s
    dns:
      transport_protocol: ${transport}
      query_name: ${JSON.stringify(plainName(zone))}
      query_type: SOA
      recursion_desired: false
      valid_rcodes: [NOERROR]
      validate_answer_rrs:
        fail_if_none_matches_regexp: ['\\tIN\\tSOA\\t']
`,
    ),
  );
  return `${HEAD}modules:\n${modules.join('')}`;
}
