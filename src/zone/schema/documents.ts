import type { JsonSchema } from '../../dns/rrtype.ts';
import { configKeys } from '../config.ts';
import { keysSchema, time } from '../document/setting.ts';
import { templateKeys } from '../document/template.ts';
import { waiversSetting } from '../document/waiver.ts';
import { zoneKeys } from '../document/zone-keys.ts';
import { inventoryKeys } from '../inventory/keys.ts';
import { webKeys } from '../web-file.ts';
import {
  type Definitions,
  numberedDefinitions,
  recordTypes,
  refer,
  sharedDefinitions,
  typeDefinitions,
} from './rrsets.ts';
import { anyScalar } from './structure.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** `TYPE65280`, as RFC 3597 writes types by their numbers. */
const NUMBERED = '^TYPE(0|[1-9][0-9]{0,4})$';

/** The JSON Schema of a zone document, `schemas/zone.schema.json`. */
export function zoneSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    $id: 'zone.schema.json',
    title: 'Zone',
    description: 'A DNS zone: zones/<zone name>.yaml.',
    // A file without content is a zone without records.
    type: ['object', 'null'],
    properties: keysSchema(zoneKeys),
    additionalProperties: false,
    $defs: { ...recordDefinitions(false), generate: generateSchema },
  };
}

/** The JSON Schema of a template, `schemas/template.schema.json`. */
export function templateSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    $id: 'template.schema.json',
    title: 'Template',
    description: 'Records that several zones share: templates/<name>.yaml.',
    type: 'object',
    properties: keysSchema(templateKeys),
    additionalProperties: false,
    $defs: recordDefinitions(true),
  };
}

/** The JSON Schema of the configuration, `schemas/config.schema.json`. */
export function configSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    $id: 'config.schema.json',
    title: 'Configuration',
    description: 'The configuration of a repository of zones: zonewright.yaml.',
    type: ['object', 'null'],
    properties: keysSchema(configKeys),
    additionalProperties: false,
  };
}

/** The JSON Schema of the inventory, `schemas/nodes.schema.json`. */
export function nodesSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    $id: 'nodes.schema.json',
    title: 'Inventory',
    description: 'The nodes that releases are rolled out to: nodes.yaml.',
    type: ['object', 'null'],
    properties: keysSchema(inventoryKeys),
    additionalProperties: false,
  };
}

/** The JSON Schema of what web nodes take from whom, `schemas/web.schema.json`. */
export function webSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    $id: 'web.schema.json',
    title: 'Web nodes',
    description: 'Who may have the caches of the web nodes forget what they hold: web.yaml.',
    type: ['object', 'null'],
    properties: keysSchema(webKeys),
    additionalProperties: false,
  };
}

function recordDefinitions(templated: boolean): Definitions {
  return {
    records: {
      description: 'Names, relative to the zone, with their records. "@" is the zone itself.',
      type: ['object', 'null'],
      propertyNames: refer('owner'),
      additionalProperties: refer('name'),
    },
    owner: {
      description: 'A name without white space, empty labels or labels over 63 octets.',
      type: 'string',
      ...(templated ? {} : { pattern: OWNER }),
    },
    name: {
      description: 'Record types with their values.',
      type: 'object',
      minProperties: 1,
      properties: {
        ...Object.fromEntries(recordTypes.map(({ name }) => [name, refer(name)])),
        ALIAS: refer('ALIAS'),
        REDIRECT: refer('REDIRECT'),
        waive: {
          description: 'Findings that are accepted for this name, by the id of their check, each with the reason.',
          ...waiversSetting.schema,
          examples: [{ 'underscore-in-host': 'until 2027-03-01: vendor appliance' }],
        },
      },
      patternProperties: { [NUMBERED]: refer('numbered') },
      additionalProperties: false,
    },
    ...Object.assign({}, ...recordTypes.map((type) => typeDefinitions(type, templated))),
    ...numberedDefinitions(),
    ...sharedDefinitions(templated),
    ALIAS: pseudoSchema(
      'ALIAS',
      'A name whose addresses are served here; it becomes A and AAAA when the zone is compiled.',
      { ...anyScalar, examples: ['shop.hosting.example.org.'] },
    ),
    REDIRECT: pseudoSchema('REDIRECT', "An HTTP redirect by the nodes' web servers: a status and an address.", {
      type: 'string',
      ...(templated ? {} : { pattern: '^(301|302|307|308) +[Hh][Tt][Tt][Pp][Ss]?://[^ ]+$' }),
      examples: ['301 https://www.example.com/'],
    }),
  };
}

/** A label: at most 63 characters, or any number where escapes or letters outside ASCII make another length of them. */
const LABEL = '(?:[^\\s.\\\\]{1,63}|(?=[^.]*[\\\\\\u0080-\\uffff])(?:[^\\s.\\\\]|\\\\.)+)';

/** Labels with dots between them; "@" or nothing is the apex. */
const OWNER = `^(?:|${LABEL}(?:\\.${LABEL})*\\.?)$`;

function pseudoSchema(title: string, description: string, value: JsonSchema): JsonSchema {
  return {
    title,
    description,
    anyOf: [
      value,
      { type: 'object', properties: { value, ttl: refer('ttl') }, required: ['value'], additionalProperties: false },
    ],
  };
}

const generateEntry: JsonSchema = {
  type: 'object',
  properties: {
    range: {
      description: 'The first and the last number, and perhaps a step: 10-250/2.',
      type: 'string',
      pattern: '^[0-9]{1,10}-[0-9]{1,10}(/[0-9]{1,10})?$',
      examples: ['10-250'],
    },
    name: {
      description: `The owner; \${i} is the number, \${i+100} with an offset, \${i:03} in three digits, \${i:x} hexadecimal.`,
      ...anyScalar,
      examples: [`dhcp-\${i}`],
    },
    type: {
      description: 'The record type.',
      anyOf: [{ enum: recordTypes.map(({ name }) => name) }, { type: 'string', pattern: NUMBERED }],
    },
    value: {
      description: 'The value, with the same placeholders.',
      anyOf: [anyScalar, { type: 'object' }],
      examples: [`192.0.2.\${i}`],
    },
    ttl: { description: 'The TTL of the records.', ...time().schema },
  },
  required: ['range', 'name', 'type', 'value'],
  additionalProperties: false,
};

const generateSchema: JsonSchema = {
  description: 'Records in series, one for each number of a range.',
  anyOf: [generateEntry, { type: 'array', items: generateEntry }],
};
