import { parse } from 'yaml';
import { textFiles } from './tree.ts';

/** One step of a workflow or composite action: what it uses, or the script that it runs. */
export interface Step {
  /** The file that it stands in. */
  readonly path: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

/** The parts of a workflow (`jobs`) or a composite action (`runs`) that lead to steps. */
interface Steps {
  readonly jobs?: Readonly<Record<string, { readonly steps: readonly Omit<Step, 'path'>[] }>>;
  readonly runs?: { readonly steps: readonly Omit<Step, 'path'>[] };
}

/** All steps of the workflows and actions in the tree. */
export function workflowSteps(): Step[] {
  return textFiles(/^\.github\/.*\.ya?ml$/).flatMap(({ path, lines }) => {
    const { jobs = {}, runs } = parse(lines.join('\n')) as Steps;
    const lists = [...Object.values(jobs), ...(runs === undefined ? [] : [runs])];
    return lists.flatMap(({ steps }) => steps.map((step) => ({ path, ...step })));
  });
}
