import type { DomainName } from '../../dns/name.ts';
import { fromText } from '../../dns/octets.ts';
import { changeDocument } from '../../zone/edit/edit.ts';
import { stops } from '../../zone/finding.ts';
import { importedDocument } from '../../zone/import/document.ts';
import { importMaster } from '../../zone/import/master.ts';
import { writeDocument } from '../../zone/write.ts';
import { settingChanges } from './compose.ts';
import type { SettingEdits } from './order.ts';
import type { Refusal } from './outcome.ts';

/** The document of a zone that comes as a master file (RFC 1035), with further settings. No other file is read. */
export function documentOfMaster(
  text: string,
  zone: DomainName,
  settings: SettingEdits = {},
): { readonly kind: 'document'; readonly text: string } | Refusal {
  const file = { name: 'master file', octets: fromText(text) };
  const refuse = () => ({ message: '$INCLUDE is not read here', fix: 'put the records into the text itself' });
  const { zone: imported, findings } = importMaster(file, zone, refuse);
  const errors = findings.filter(stops);
  if (imported === undefined || errors.length > 0) return { kind: 'refused', findings: errors };
  const document = writeDocument(importedDocument(imported, undefined).document);
  const changed = changeDocument(document, zone, settingChanges(settings, []));
  if (changed.kind === 'refused')
    return { kind: 'invalid', message: changed.message, fix: changed.fix, at: 0, field: 'setting' };
  return { kind: 'document', text: changed.text };
}
