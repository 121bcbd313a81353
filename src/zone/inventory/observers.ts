import { isIPv4 } from 'node:net';
import { quoted } from '../../dns/fault.ts';
import { type DomainName, parseName } from '../../dns/name.ts';
import { complain, type Document } from '../document/document.ts';
import {
  group,
  key,
  listOf,
  mapOf,
  type Setting,
  scalarSetting,
  settingFault,
  type Values,
  whole,
} from '../document/setting.ts';
import type { ScalarNode } from '../yaml/node.ts';

/** The route collector. */
export interface CollectorSettings {
  /** The number of its autonomous system; also that of every node that names no other. */
  readonly asn: number;
  /** Its BGP identifier (RFC 6286). */
  readonly routerId: string;
}

/** What Prometheus is told. */
export interface MonitoringSettings {
  /** The zones that every node is asked for; empty: one that the release holds. */
  readonly zones: readonly DomainName[];
  /** The ports of exporters on the nodes, by the name of the job. */
  readonly exporters: ReadonlyMap<string, number>;
  /** Where the black-box exporter listens. */
  readonly blackbox: string;
}

const routerId: Setting<string> = scalarSetting(
  (text, what) => {
    if (isIPv4(text) && text !== '0.0.0.0') return text;
    throw settingFault(what, text, 'write an IPv4 address');
  },
  { type: 'string', format: 'ipv4' },
);

const collectorKeys = {
  asn: key(whole(1, 4294967295), 'The number of its autonomous system, and of every node that names no other.'),
  router_id: key(routerId, 'Its BGP identifier, one of its IPv4 addresses.'),
};
const collectorGroup = group(collectorKeys);

/** `collector:`, which has no defaults. */
export const collectorSetting: Setting<CollectorSettings> = {
  schema: { ...collectorGroup.schema, required: Object.keys(collectorKeys) },
  read(node, document, what) {
    const read = collectorGroup.read(node, document, what);
    if (read === undefined) return undefined;
    const { asn, router_id } = read;
    if (asn !== undefined && router_id !== undefined) return { asn, routerId: router_id };
    const given = node.kind === 'map' ? node.entries.map(({ key: name }) => name.text) : [];
    for (const name of Object.keys(collectorKeys)) {
      if (given.includes(name)) continue;
      complain(document, 'setting-value', node, `${what} has no ${name}`, `write "${name}:" under ${what}`);
    }
    return undefined;
  },
};

const zoneName: Setting<DomainName> = scalarSetting((text) => parseName(text.endsWith('.') ? text : `${text}.`), {
  type: 'string',
  minLength: 1,
  maxLength: 1004,
});

const endpoint: Setting<string> = scalarSetting(
  (text, what) => {
    const port = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]):(\d{1,5})$/.exec(text)?.[1];
    if (port !== undefined && Number(port) >= 1 && Number(port) <= 65535) return text;
    throw settingFault(what, text, 'write a host and a port, such as 127.0.0.1:9115');
  },
  { type: 'string', maxLength: 259 },
);

const monitoringKeys = {
  zones: key(listOf(zoneName), 'The zones that every node is asked for; a zone of the release unless given.'),
  exporters: key(
    mapOf(whole(1, 65535), checkJob, { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$' }),
    'The ports of other exporters on the nodes, by the name of the job; caddy and varnish are for web nodes only.',
    { examples: [{ node: 9100, caddy: 2019, varnish: 9131 }] },
  ),
  blackbox: key(endpoint, 'Where the black-box exporter listens, as Prometheus reaches it.', {
    default: '127.0.0.1:9115',
  }),
};

/** `monitoring:`. */
export const monitoringSetting = group(monitoringKeys);

/** The settings with the built-in defaults where nothing is said. */
export function monitoringOf({ zones, exporters, blackbox }: Values<typeof monitoringKeys>): MonitoringSettings {
  return {
    zones: [...new Set(zones)],
    exporters: exporters ?? new Map(),
    blackbox: blackbox ?? '127.0.0.1:9115',
  };
}

function checkJob(name: ScalarNode, document: Document): boolean {
  if (/^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/.test(name.text)) return true;
  complain(
    document,
    'setting-value',
    name,
    `${quoted(name.text)} cannot be the name of a job`,
    'use at most 63 letters, digits, "-" and "_"',
  );
  return false;
}
