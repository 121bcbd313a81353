import type { DnssecPolicy } from '../dns/dnssec/policy.ts';
import { quoted } from '../dns/fault.ts';
import { matchesGlob, parseGlob, type ZoneGlob } from '../dns/glob.ts';
import type { DomainName } from '../dns/name.ts';
import { complain, type Document } from './document/document.ts';
import { checksSetting, layerSetting, mergeLayers, type SettingsLayer, serialSetting } from './document/layer.ts';
import { policySetting, usualPolicy } from './document/policy.ts';
import { findingsOf, newReport, report, reportProblems } from './document/report.ts';
import {
  type DialectSettings,
  dialectSettings,
  dialectsSetting,
  type ServerSettings,
  serverSetting,
  serverSettings,
} from './document/server.ts';
import {
  group,
  key,
  listOf,
  map,
  mapOf,
  readGroup,
  type Setting,
  scalarSetting,
  settingFault,
  whole,
} from './document/setting.ts';
import { closest } from './document/suggest.ts';
import type { Finding } from './finding.ts';
import { type RolloutPolicy, rolloutPolicy, rolloutSetting } from './inventory/rollout-policy.ts';
import type { KeySettings, Threshold, Thresholds, ZoneSettings } from './settings.ts';
import type { SourceFile, Span } from './source.ts';
import { type WebhookSettings, webhooksSetting } from './webhooks/settings.ts';
import { readYaml } from './yaml/read.ts';

/** What `zonewright.yaml` says, with the built-in defaults where it says nothing. */
export interface ProjectConfig {
  /** The settings of zones, the nearest last; those with a pattern hold for the zones that it matches. */
  readonly layers: readonly { readonly glob: ZoneGlob | undefined; readonly layer: SettingsLayer }[];
  /** The DNSSEC policies by their names, `default` among them. */
  readonly policies: ReadonlyMap<string, DnssecPolicy>;
  readonly thresholds: Thresholds;
  readonly keys: KeySettings;
  readonly rollout: RolloutPolicy;
  /** `undefined`: nobody sends any. */
  readonly webhooks: WebhookSettings | undefined;
  readonly server: ServerSettings;
  /** How each dialect is served, by its name. */
  readonly dialects: ReadonlyMap<string, DialectSettings>;
}

const folderSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (text !== '' && text.length <= 1000 && !/[\x00-\x1f\x7f]/.test(text)) return text;
    throw settingFault(what, text, 'write the path of a folder');
  },
  { type: 'string', minLength: 1, maxLength: 1000, pattern: '^[^\\x00-\\x1f\\x7f]*$' },
);

const recipientSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (/^age1[0-9a-z]{50,4000}$/.test(text)) return text;
    throw settingFault(what, text, 'write a recipient as age-keygen prints it: age1 and more letters and digits');
  },
  { type: 'string', pattern: '^age1[0-9a-z]{50,4000}$' },
);

const threshold = group({
  percent: key(whole(0, 100), "The percentage of a zone's records that may be passed.", { examples: [30] }),
  records: key(whole(0, 4294967295), 'Fewer records than this never count.', { examples: [10] }),
});

/** The keys of `zonewright.yaml`. */
export const configKeys = {
  defaults: key(layerSetting, 'Settings of all zones; a zone document and "zones" come before them.'),
  zones: key(
    mapOf(
      layerSetting,
      (name, document) => {
        if (parseGlob(name.text) !== undefined) return true;
        complain(
          document,
          'setting-value',
          name,
          `${quoted(name.text)} is not a pattern of zone names`,
          'write a zone name in which * stands for any run of characters, such as "*.example.com"',
        );
        return false;
      },
      { minLength: 1 },
    ),
    'Settings of the zones that match a pattern: * is any run of characters (dots too), ? is one. All that match hold, later ones first.',
    { examples: [{ '*.in-addr.arpa': { ttl: '1d' } }] },
  ),
  checks: key(checksSetting, 'The severity of checks for the whole project: off, info, warning or error.'),
  serial: key(serialSetting, 'How the next serial of a changed zone is chosen.', { default: 'unixtime' }),
  dnssec: key(
    group({
      policies: key(
        mapOf(
          policySetting,
          (name, document) => {
            if (
              /^[A-Za-z0-9_-]{1,64}$/.test(name.text) &&
              name.text !== 'presigned' &&
              !/^(true|false)$/.test(name.text)
            ) {
              return true;
            }
            complain(
              document,
              'setting-value',
              name,
              `${quoted(name.text)} cannot be the name of a policy`,
              'use letters, digits, "-" and "_"; "presigned", "true" and "false" have meanings of their own',
            );
            return false;
          },
          { pattern: '^[A-Za-z0-9_-]{1,64}$', not: { enum: ['presigned', 'true', 'false'] } },
        ),
        'How zones are signed, by name; "default" can be given too.',
      ),
    }),
    'DNSSEC.',
  ),
  thresholds: key(
    group({
      deletes: key(threshold, 'A release that deletes more must be allowed explicitly.', {
        default: { percent: 30, records: 10 },
      }),
      changes: key(threshold, 'A release that adds, changes and deletes more must be allowed explicitly.'),
    }),
    'What a release may change without being asked twice.',
  ),
  keys: key(
    group({
      store: key(folderSetting, 'The folder of the key store, from the folder of zonewright.yaml.', {
        default: '.zonewright/keys',
        examples: ['keys', '/var/lib/zonewright/keys'],
      }),
      recipients: key(
        listOf(recipientSetting),
        'The age recipients to whom private keys are encrypted; without any they stand in plain files of mode 0600.',
      ),
    }),
    'Where DNSSEC keys are kept.',
  ),
  server: key(serverSetting, 'The REST shim.'),
  dialects: key(dialectsSetting, "How the REST shim's dialects are served, by name."),
  webhooks: key(webhooksSetting, 'Receivers of webhooks.'),
  deploy: key(rolloutSetting, 'How releases are rolled out to the nodes of nodes.yaml.'),
};

const usualThresholds: Thresholds = { deletes: { percent: 30, records: 10 }, changes: undefined };

/**
 * Reads `zonewright.yaml`; without a file, the built-in defaults. What is wrong is left out after that was said, so there
 * is always a configuration.
 */
export function readConfig(source: SourceFile | undefined): { config: ProjectConfig; findings: Finding[] } {
  const report = newReport();
  if (source === undefined) return { config: configOf({}), findings: [] };
  const { root, problems } = readYaml(source.text);
  reportProblems(report, source, problems);
  const settingsAt = new Map<string, Span>();
  const document: Document = { source, apex: undefined, report, settingsAt };
  const empty = root === undefined || (root.kind === 'scalar' && root.style === 'empty');
  const found = empty ? undefined : map(root, document, 'zonewright.yaml');
  if (found === undefined) return { config: configOf({}), findings: findingsOf(report) };
  const config = configOf(readGroup(found, configKeys, document, 'zonewright.yaml', ''), settingsAt);
  for (const { layer } of config.layers) checkPolicy(layer, config, report);
  return { config, findings: findingsOf(report) };
}

type Read = ReturnType<typeof readGroup<typeof configKeys>>;

function configOf(read: Read, settingsAt: ReadonlyMap<string, Span> = new Map()): ProjectConfig {
  const layers: { glob: ZoneGlob | undefined; layer: SettingsLayer }[] = [];
  const { checks, serial, defaults, zones, thresholds } = read;
  const own = new Map([...settingsAt].filter(([path]) => path.startsWith('checks.') || path === 'serial'));
  if (checks !== undefined || serial !== undefined) {
    layers.push({
      glob: undefined,
      layer: { ...(checks && { checks }), ...(serial && { serial }), settingsAt: own },
    });
  }
  if (defaults !== undefined) layers.push({ glob: undefined, layer: defaults });
  for (const [pattern, layer] of zones ?? []) layers.push({ glob: parseGlob(pattern), layer });
  return {
    layers,
    policies: new Map([['default', usualPolicy], ...(read.dnssec?.policies ?? [])]),
    thresholds: {
      deletes: { ...usualThresholds.deletes, ...thresholds?.deletes },
      changes: thresholds?.changes === undefined ? undefined : completeThreshold(thresholds.changes),
    },
    keys: { store: read.keys?.store, recipients: read.keys?.recipients ?? [] },
    rollout: rolloutPolicy(read.deploy),
    webhooks: read.webhooks,
    server: serverSettings(read.server),
    dialects: dialectSettings(read.dialects),
  };
}

/** A threshold of which one half is given: the other half never holds a release up by itself. */
function completeThreshold({ percent = 0, records = 0 }: Partial<Threshold>): Threshold {
  return { percent, records };
}

/** Says where a zone is to be signed by a policy that does not exist. */
export function checkPolicy(layer: SettingsLayer, config: ProjectConfig, to: Parameters<typeof report>[0]): void {
  const { dnssec } = layer;
  if (dnssec === undefined || dnssec.value === false || dnssec.value === 'presigned') return;
  if (config.policies.has(dnssec.value)) return;
  const near = closest(dnssec.value, config.policies.keys());
  report(to, 'unknown-policy', dnssec.span, {
    message: `there is no DNSSEC policy ${quoted(dnssec.value)}`,
    fix:
      near === undefined
        ? `name a policy of zonewright.yaml (${[...config.policies.keys()].join(', ')}), presigned or false`
        : `write ${near} if that is meant`,
  });
}

/** The layers of the configuration that hold for a zone, the nearest last. */
export function layersFor(config: ProjectConfig, apex: DomainName): SettingsLayer[] {
  return config.layers.flatMap(({ glob, layer }) => (glob === undefined || matchesGlob(glob, apex) ? [layer] : []));
}

/** The settings that the configuration gives a zone, whatever its own document says. */
export function settingsFor(config: ProjectConfig, apex: DomainName): ZoneSettings {
  return mergeLayers(layersFor(config, apex)).settings;
}
