import { quoted } from '../../dns/fault.ts';
import { displayName, parseName } from '../../dns/name.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { complain, kindOf, relatedIn, replaceScalar, spanOf } from './document.ts';
import { formOf } from './form.ts';
import { zoneSettingKeys } from './layer.ts';
import { reportFault } from './report.ts';
import { key, listOf, type Setting, scalar } from './setting.ts';
import { useSetting } from './use.ts';
import { waiversSetting } from './waiver.ts';

/** The zone's own name, which must be that of the file. */
const zoneNameSetting: Setting<true> = {
  schema: { type: ['string', 'number', 'boolean', 'null'] },
  read(node, document, what) {
    const found = scalar(node, document, what);
    if (found === undefined || document.apex === undefined) return undefined;
    try {
      const name = parseName(found.text.endsWith('.') ? found.text : `${found.text}.`);
      if (name === document.apex) return true;
      complain(
        document,
        'zone-name',
        found,
        `the document says that it is the zone ${displayName(name)}, but its file is that of ${displayName(document.apex)}`,
        'rename the file, or correct or remove this line',
        { edits: replaceScalar(document, found, document.apex) },
      );
    } catch (fault) {
      reportFault(document.report, fault, spanOf(document, found), { related: relatedIn(document) });
    }
    return undefined;
  },
};

/** The records have been read by the time that their key is; what is not a map is said here. */
const recordsSetting: Setting<true> = {
  schema: { $ref: '#/$defs/records' },
  read(node, document, what) {
    if (node.kind === 'map' || (node.kind === 'scalar' && node.style === 'empty')) return true;
    complain(
      document,
      'document-shape',
      node,
      `${what} is ${kindOf(node)} where a map of names is expected`,
      'write names under it, each with its types: www: { A: 192.0.2.1 }',
    );
    return undefined;
  },
};

/** Kept as it is until all records of the document are known. */
const later: Setting<YamlNode> = { schema: { $ref: '#/$defs/generate' }, read: (node) => node };

/** What an unknown key of a zone document was meant to be, if it looks like a name with its records. */
export function misplacedName(name: ScalarNode, value: YamlNode): string | undefined {
  if (value.kind !== 'map' || !value.entries.some(({ key: type }) => formOf(type.text) !== undefined)) return undefined;
  return `put ${quoted(name.text)} under "records:" if it is a name`;
}

/** The keys of a zone document. */
export const zoneKeys = {
  zone: key(zoneNameSetting, "The zone's name; it must be that of the file and is there for readers.", {
    examples: ['example.com.', '0/25.2.0.192.in-addr.arpa.'],
  }),
  ...zoneSettingKeys,
  use: key(listOf(useSetting), 'The templates whose records the zone takes over where it has none of its own.', {
    examples: [['mail/google', { template: 'dkim', vars: { selector: 'k1' } }]],
  }),
  waive: key(
    { schema: waiversSetting.schema, read: (node: YamlNode) => node },
    'Findings that are accepted in the whole zone, by the id of their check, each with the reason.',
    { examples: [{ 'single-ns': 'until 2027-03-01: second site is being built' }] },
  ),
  records: key(
    recordsSetting,
    'Names, relative to the zone, with their record types and values; "@" is the zone itself.',
    {
      examples: [{ '@': { NS: ['ns1.example.net.', 'ns2.example.net.'] }, www: { A: '192.0.2.1' } }],
    },
  ),
  generate: key(later, 'Records in series, one for each number of a range.'),
};
