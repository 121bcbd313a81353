import { DnsSyntaxError } from '../../dns/fault.ts';
import { type DomainName, parseName } from '../../dns/name.ts';
import { complain } from './document.ts';
import {
  flag,
  group,
  key,
  listOf,
  mapOf,
  type Setting,
  scalarSetting,
  settingFault,
  time,
  type Values,
  whole,
} from './setting.ts';

/** What the REST shim is told by `zonewright.yaml`. */
export interface ServerSettings {
  /** The name servers of a zone that is made through the REST shim. */
  readonly nameServers: readonly DomainName[];
  /** Templates that such a zone uses. */
  readonly templates: readonly string[];
  /** Whether changes are to be reviewed: they become proposals. */
  readonly review: boolean;
  /** Addresses and networks of reverse proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Requests that one token or address may send in a window of so many seconds. */
  readonly rateLimit: { readonly requests: number; readonly window: number };
}

/** How one dialect is served. */
export interface DialectSettings {
  readonly enabled: boolean;
  /** The names of the provider's servers that stand for us: requests with one of them as `Host` are in this dialect. */
  readonly hosts: readonly string[];
}

/** Names of the dialects. */
export const dialectNames = ['packetframe', 'vps', 'customdns', 'tonicdns', 'luadns'] as const;

/** Placeholders, of which nobody can be mistaken: RFC 2606 keeps `.invalid` from being anybody's. */
const PLACEHOLDERS = ['ns1.zonewright.invalid.', 'ns2.zonewright.invalid.'] as DomainName[];

const nameSetting: Setting<DomainName> = scalarSetting(
  (text) => {
    if (text.endsWith('.')) return parseName(text);
    throw new DnsSyntaxError(`the name server ${text} has no final dot`, `write ${text}.`, 'setting-value');
  },
  { type: 'string', pattern: '\\.$' },
);

const hostSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (/^[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:\d{1,5})?$/.test(text)) return text.toLowerCase();
    throw settingFault(what, text, 'write the name of a host, such as api.luadns.com');
  },
  { type: 'string' },
);

const networkSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (/^[0-9A-Fa-f:.]+(\/\d{1,3})?$/.test(text)) return text;
    throw settingFault(what, text, 'write an address or a network, such as 192.0.2.0/24');
  },
  { type: 'string' },
);

const templateSetting: Setting<string> = scalarSetting((text) => text, { type: 'string' });

const serverKeys = {
  new_zones: key(
    group({
      name_servers: key(listOf(nameSetting), 'The name servers of a zone that is made through the REST shim.', {
        examples: [['ns1.example.net.', 'ns2.example.net.']],
      }),
      templates: key(listOf(templateSetting), 'Templates that such a zone uses.', { examples: [['mail/google']] }),
    }),
    'What a zone begins with that is made through the REST shim.',
  ),
  review: key(flag, 'Whether changes through the REST shim become proposals that somebody merges.', { default: false }),
  trusted_proxies: key(
    listOf(networkSetting),
    'Reverse proxies that say from where requests come (X-Forwarded-For); nobody else is believed.',
    { examples: [['127.0.0.1', '10.0.0.0/8']] },
  ),
  rate_limit: key(
    group({
      requests: key(whole(1, 100_000_000), 'Requests in a window.', { default: 6000 }),
      window: key(time(1, 86_400), 'The length of the window.', { default: '1m' }),
    }),
    'How many requests one token, or one address without a token, may send.',
  ),
};

/** `server:` */
export const serverSetting: Setting<Values<typeof serverKeys>> = group(serverKeys);

/** `dialects:` */
export const dialectsSetting = mapOf(
  group({
    enabled: key(flag, 'Whether the dialect is served.', { default: true }),
    hosts: key(listOf(hostSetting), "Names of the provider's servers that stand for this server.", {
      examples: [['api.luadns.com']],
    }),
  }),
  (name, document) => {
    if ((dialectNames as readonly string[]).includes(name.text)) return true;
    complain(
      document,
      'setting-value',
      name,
      `there is no dialect ${JSON.stringify(name.text.slice(0, 100))}`,
      `write one of ${dialectNames.join(', ')}`,
    );
    return false;
  },
  { enum: [...dialectNames] },
);

/** The settings of the server, with the built-in defaults where nothing is said. */
export function serverSettings(read: Values<typeof serverKeys> | undefined): ServerSettings {
  const { new_zones, rate_limit } = read ?? {};
  const named = new_zones?.name_servers ?? [];
  return {
    nameServers: named.length > 0 ? named : PLACEHOLDERS,
    templates: new_zones?.templates ?? [],
    review: read?.review ?? false,
    trustedProxies: read?.trusted_proxies ?? [],
    rateLimit: { requests: rate_limit?.requests ?? 6000, window: rate_limit?.window ?? 60 },
  };
}

/** How each dialect is served. */
export function dialectSettings(
  read: ReadonlyMap<string, { readonly enabled?: boolean; readonly hosts?: readonly string[] }> | undefined,
): ReadonlyMap<string, DialectSettings> {
  return new Map(
    dialectNames.map((name) => {
      const { enabled = true, hosts = [] } = read?.get(name) ?? {};
      return [name, { enabled, hosts }];
    }),
  );
}
