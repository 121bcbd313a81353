import type { Finding } from '../../zone/finding.ts';
import { placeOf } from '../../zone/source.ts';
import { settingSpan } from '../../zone/zone.ts';
import type { EvaluatedZone } from '../evaluate.ts';
import type { Project } from '../project.ts';
import { compileSeverity, sourceFinding } from '../rules.ts';
import type { SigningNote } from './desk.ts';

/** A note about the signing of a zone, at the setting that asks for it. */
export function signingFinding(note: SigningNote, { facts, zone }: EvaluatedZone, project: Project): Finding {
  const { rule, message, fix } = note;
  const { apex } = facts;
  if (zone === undefined) return { ...sourceFinding(rule, project.pathOf(apex) ?? '', message, fix), zone: apex };
  return {
    rule,
    severity: compileSeverity(rule),
    message,
    fix,
    place: placeOf(settingSpan(zone, 'dnssec')),
    zone: apex,
  };
}
