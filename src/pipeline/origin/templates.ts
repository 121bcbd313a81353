import { templateNames } from '../../compile/facts.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import type { FileChange } from '../../git/change.ts';
import type { Committer } from '../../git/committer.ts';
import type { Files } from '../../git/snapshot.ts';
import { readTemplate } from '../../zone/document/template.ts';
import { compareFindings, type Finding, stops } from '../../zone/finding.ts';
import { isTemplateName } from '../../zone/layout.ts';
import { orFailure } from '../failure.ts';
import type { Caller } from './caller.ts';
import type { Mirror } from './mirror.ts';
import type { Aside, FileOutcome, OneFileWriter } from './one-file.ts';
import type { Refusal } from './outcome.ts';
import type { WrittenDocument } from './overlay.ts';
import { refusalOf } from './permit.ts';

/** What is to become of one template. */
export interface TemplateOrder {
  /** The path of its file below `templates/`, without `.yaml`. */
  readonly name: string;
  /** The text of its document; `undefined`: it goes. */
  readonly text: string | undefined;
  /** Whether it must not be there yet, or must be. */
  readonly as: 'make' | 'change';
  /** Has it proposed, the only way where zones that use it are reviewed. */
  readonly aside?: Aside | undefined;
}

/** What came of it. */
export type TemplateOutcome =
  | FileOutcome
  | { readonly kind: 'no-template' }
  | { readonly kind: 'template-exists' }
  | Refusal;

/** The templates of the repository. */
export interface Templates {
  /** The texts of all templates, by name in order; whoever may read anything may read them. */
  readTemplates(caller: Caller): Promise<ReadonlyMap<string, string> | Refusal>;
  /**
   * Makes, changes or deletes a template: one commit, which no zone that uses it may be broken by. Whoever changes one must
   * be allowed to change all zones that use it, none of which may be reviewed; those that new zones are given are for admins.
   */
  changeTemplate(caller: Caller, order: TemplateOrder): Promise<TemplateOutcome>;
}

/** Templates over the files that the mirror shows. */
export function newTemplates(mirror: Mirror, committer: Committer, now: () => number, write: OneFileWriter): Templates {
  const usersOf = (name: string): DomainName[] =>
    [...mirror.standing.facts].flatMap(([apex, facts]) => (templateNames(facts.templates).includes(name) ? apex : []));

  const prepare = async (files: Files, caller: Caller, order: TemplateOrder): Promise<FileChange | TemplateOutcome> => {
    const { name, text, as } = order;
    await mirror.follow(files);
    const verb = as === 'make' ? 'create' : text === undefined ? 'delete' : 'update';
    const refused = refusalOf(caller, { verb }, [], now());
    if (refused !== undefined) return refused;
    if (!isTemplateName(name))
      return invalid(
        'name',
        `${JSON.stringify(name)} is no name of a template`,
        'use letters, digits, "-", "_" and "."',
      );
    const path = mirror.project.templates.get(name);
    if (as === 'make' && path !== undefined) return { kind: 'template-exists' };
    if (as === 'change' && path === undefined) return { kind: 'no-template' };
    const users = usersOf(name);
    const foreign = users.some((zone) => {
      const owners = mirror.summary(zone)?.owners ?? [];
      return refusalOf(caller, { verb: 'update', zone }, owners, now()) !== undefined;
    });
    const usual = mirror.project.config.server.templates.includes(name);
    if (foreign || (usual && !caller.holder.admin))
      return { kind: 'forbidden', message: `the template ${name} is used by zones of others` };
    for (const zone of order.aside === undefined ? users : []) {
      const known = await mirror.document(files, zone);
      if (known?.read.zone?.settings.review !== true) continue;
      const message = `the template ${name} is used by ${displayName(zone)}, whose changes are looked at first: open a pull request`;
      return { kind: 'forbidden', message, review: true };
    }
    if (text !== undefined) {
      const findings = readTemplate({ path: path ?? `templates/${name}.yaml`, text }).findings.filter(stops);
      if (findings.length > 0) return { kind: 'refused', findings };
    }
    const findings = await broken(files, users, new Map([[name, text]]));
    if (findings.length > 0) return { kind: 'refused', findings };
    if (text === undefined) return { kind: 'delete', path: path as string };
    return { kind: 'put', path: path ?? `templates/${name}.yaml`, content: text };
  };

  /** What would be wrong with zones where templates become others. */
  const broken = async (
    files: Files,
    zones: readonly DomainName[],
    templates: ReadonlyMap<string, string | undefined>,
  ): Promise<readonly Finding[]> => {
    const documents = new Map<DomainName, WrittenDocument | undefined>();
    for (const zone of zones) {
      const path = mirror.project.zones.get(zone);
      if (path !== undefined) documents.set(zone, { path, text: (await files.read(path)) ?? '' });
    }
    if (documents.size === 0) return [];
    const { errors } = await mirror.rehearse(files, documents, templates);
    return [...errors].sort(compareFindings);
  };

  return {
    readTemplates: (caller) =>
      orFailure(async () => {
        const refused = refusalOf(caller, { verb: 'read' }, [], now());
        if (refused !== undefined) return refused;
        const { head, paths } = await mirror.exclusive(async () => {
          const head = await committer.head();
          await mirror.follow(head);
          return { head, paths: [...mirror.project.templates] };
        });
        const texts = new Map<string, string>();
        for (const [name, path] of paths.sort(([a], [b]) => (a < b ? -1 : 1)))
          texts.set(name, (await head.read(path)) ?? '');
        return texts;
      }),
    changeTemplate: (caller, order) =>
      orFailure(() =>
        write<TemplateOutcome>({
          caller,
          prepare: (files) => prepare(files, caller, order),
          subject: ({ kind }) =>
            `template ${order.name}: ${order.as === 'make' ? 'new template' : kind === 'put' ? 'changed' : 'deleted'}`,
          aside: order.aside,
        }),
      ),
  };
}

function invalid(field: string, message: string, fix: string): Refusal {
  return { kind: 'invalid', message, fix, at: 0, field };
}
