import { quoted } from '../../dns/fault.ts';
import type { JsonSchema } from '../../dns/rrtype.ts';
import { checks, checksById } from '../checks/list.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { complain, type Document, replaceScalar } from './document.ts';
import { closest } from './suggest.ts';

/** The keys of a map of rules, for editors: the checks that are not of the hard core. */
export const ruleKeySchema: JsonSchema = { enum: checks.filter(({ hard }) => hard !== true).map(({ id }) => id) };

/** Whether a key names a check whose severity can be set; if not, that is said. */
export function severityKey(name: ScalarNode, document: Document): boolean {
  return isRule(name, document, 'set to another severity');
}

/** Whether a key names a check that can be waived; if not, that is said. */
export function waiverKey(name: ScalarNode, document: Document): boolean {
  return isRule(name, document, 'waived');
}

function isRule(name: ScalarNode, document: Document, done: string): boolean {
  const check = checksById.get(name.text);
  if (check === undefined) {
    const near = closest(name.text, checksById.keys());
    complain(
      document,
      'unknown-rule',
      name,
      `there is no check ${quoted(name.text)}`,
      near === undefined ? 'write the id of a check as findings show it' : `write ${near} if that is meant`,
      near === undefined ? {} : { edits: replaceScalar(document, name, near) },
    );
    return false;
  }
  if (check.hard !== true) return true;
  complain(
    document,
    'hard-rule',
    name,
    `the check ${name.text} cannot be ${done}: what it finds cannot be compiled`,
    'remove this line and repair what the check finds',
  );
  return false;
}
