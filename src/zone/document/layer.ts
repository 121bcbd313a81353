import { quoted } from '../../dns/fault.ts';
import { MAX_TTL } from '../../dns/ttl.ts';
import type { Severity } from '../finding.ts';
import type { CheckLimits, SerialPolicy, SoaSettings, ZoneSettings } from '../settings.ts';
import type { Span } from '../source.ts';
import { complain, type Document } from './document.ts';
import { ruleKeySchema, severityKey } from './rule-ids.ts';
import {
  choice,
  flag,
  group,
  key,
  listOf,
  mapOf,
  mapped,
  type Placed,
  placed,
  type Setting,
  scalarSetting,
  settingFault,
  time,
} from './setting.ts';
import { soaSetting, zoneSoaSetting } from './soa.ts';

/** What one document says about the settings of a zone: the zone's own, or one map of the configuration. */
export interface SettingsLayer {
  readonly ttl?: number;
  readonly soa?: Partial<SoaSettings>;
  readonly serial?: SerialPolicy;
  readonly dnssec?: Placed<string | false>;
  readonly owners?: readonly string[];
  readonly review?: boolean;
  readonly checks?: ReadonlyMap<string, Severity | 'off'>;
  readonly limits?: Partial<CheckLimits>;
  /** Where each setting is given, by its path. */
  readonly settingsAt: ReadonlyMap<string, Span>;
}

const policies = ['unixtime', 'date', 'increment'] as const;

/** How serials are chosen. */
export const serialSetting: Setting<SerialPolicy> = {
  schema: choice(...policies).schema,
  read(node, document, what) {
    if (node.kind !== 'scalar' || !/^\d+$/.test(node.text)) return choice(...policies).read(node, document, what);
    complain(
      document,
      'setting-value',
      node,
      `${what} is the number ${quoted(node.text)}, but serials are chosen when a release is built`,
      `write "soa: { serial_after: ${node.text.slice(0, 10)} }" if the next serial must come after it`,
    );
    return undefined;
  },
};

const policyName = '^[A-Za-z0-9_-]{1,64}$';

const dnssecSetting: Setting<string | false> = scalarSetting(
  (text, what) => {
    if (text === 'false') return false;
    if (text !== 'true' && new RegExp(policyName).test(text)) return text;
    throw settingFault(what, text, 'write the name of a policy such as default, or presigned, or false');
  },
  { anyOf: [{ const: false }, { type: 'number' }, { type: 'null' }, { type: 'string', pattern: policyName }] },
);

const ownerSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (/^[^\s\x00-\x1f\x7f]{1,255}$/.test(text)) return text;
    throw settingFault(what, text, 'write the name of an account or a group, without white space');
  },
  { type: ['string', 'number', 'boolean', 'null'] },
);

/** The severities of checks by their ids. */
export const checksSetting: Setting<ReadonlyMap<string, Severity | 'off'>> = mapOf(
  choice('off', 'info', 'warning', 'error'),
  severityKey,
  ruleKeySchema,
);

/** The keys of settings that a zone's document and the configuration share, but for the SOA. */
const sharedKeys = {
  ttl: key(time(), 'The TTL of RRsets that give none of their own.', { default: '1h', examples: ['1h', 300] }),
  serial: key(serialSetting, 'How the next serial is chosen when the zone has changed.', { default: 'unixtime' }),
  dnssec: key(
    placed(dnssecSetting),
    'The DNSSEC policy that signs the zone; false: unsigned; presigned: the document holds the signatures.',
    { default: false, examples: ['default'] },
  ),
  owners: key(listOf(ownerSetting), 'The accounts and groups who may change the zone through the REST shim.', {
    examples: [['alice', 'web-team']],
  }),
  review: key(flag, 'Whether changes through the REST shim become proposals (pull requests) instead of commits.', {
    default: false,
  }),
  checks: key(checksSetting, 'The severity of checks where it differs from their own.', {
    examples: [{ 'ttl-zero': 'off' }],
  }),
};

/** The settings that a zone's own document may hold. */
export const zoneSettingKeys = {
  ...sharedKeys,
  soa: key(zoneSoaSetting, 'The start of authority; the serial is chosen when a release is built.', {
    examples: [{ primary: 'ns1.example.net.', contact: 'hostmaster@example.net' }],
  }),
};

const layerKeys = {
  ...sharedKeys,
  soa: key(soaSetting, 'The start of authority of these zones.'),
  limits: key(
    mapped(
      group({
        max_ttl: key(time(), 'A TTL above it is a finding.', { examples: ['1d'] }),
        min_ttl: key(time(), 'A TTL below it is a finding.', { examples: [60] }),
      }),
      ({ max_ttl: maxTtl, min_ttl: minTtl }) => ({
        ...(maxTtl === undefined ? {} : { maxTtl }),
        ...(minTtl === undefined ? {} : { minTtl }),
      }),
    ),
    'What checks measure against.',
  ),
};

/** The settings of the configuration that hold for some zones. */
export const layerSetting: Setting<SettingsLayer> = {
  schema: group(layerKeys).schema,
  read(node, document, what) {
    const at = new Map<string, Span>();
    const inner: Document = { ...document, settingsAt: at };
    const read = group(layerKeys).read(node, inner, what);
    if (read === undefined) return undefined;
    // The paths of these settings are the same whatever map of the configuration they stand in.
    const settingsAt = new Map([...at].map(([path, span]) => [path.slice(what.length + 1), span]));
    return { ...read, settingsAt };
  },
};

const usual: ZoneSettings = {
  ttl: 3600,
  soa: {
    primary: undefined,
    contact: undefined,
    refresh: 14400,
    retry: 3600,
    expire: 1209600,
    minimum: 3600,
    ttl: undefined,
    serialAfter: undefined,
    serial: undefined,
  },
  serialPolicy: 'unixtime',
  dnssec: false,
  owners: [],
  review: false,
  checks: new Map(),
  limits: { maxTtl: MAX_TTL, minTtl: 0 },
};

/** The settings that layers give together, the last one nearest, over the built-in defaults; and where each is given. */
export function mergeLayers(layers: readonly SettingsLayer[]): {
  settings: ZoneSettings;
  settingsAt: ReadonlyMap<string, Span>;
} {
  let settings = usual;
  const settingsAt = new Map<string, Span>();
  for (const layer of layers) {
    settings = {
      ttl: layer.ttl ?? settings.ttl,
      soa: { ...settings.soa, ...layer.soa },
      serialPolicy: layer.serial ?? settings.serialPolicy,
      dnssec: layer.dnssec === undefined ? settings.dnssec : layer.dnssec.value,
      owners: layer.owners ?? settings.owners,
      review: layer.review ?? settings.review,
      checks: layer.checks === undefined ? settings.checks : new Map([...settings.checks, ...layer.checks]),
      limits: { ...settings.limits, ...layer.limits },
    };
    for (const [path, span] of layer.settingsAt) settingsAt.set(path, span);
  }
  return { settings, settingsAt };
}
