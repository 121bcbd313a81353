import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTool } from '../setup/tools.ts';
import { workflowSteps } from './workflow-steps.ts';

/** Stand-ins for gh and zonewright: they print how they were called, or the answer that a test wants. */
const program = `#!/bin/sh
case "$*" in
  *'run list'* | *--paginate*) echo "$ANSWER"; exit ;;
  *'run download'*) mkdir previous-release; status=$DOWNLOAD_STATUS ;;
esac
printf '%s' "\${0##*/}"; printf '|%s' "$@"; echo
exit "\${status:-0}"
`;

const steps = workflowSteps();
let folder: string;
let programs: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonewright-workflow-'));
  programs = join(folder, 'zonewright/node_modules/.bin');
  mkdirSync(programs, { recursive: true });
  for (const name of ['gh', 'zonewright']) {
    writeFileSync(join(programs, name), program);
    chmodSync(join(programs, name), 0o755);
  }
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the action', () => {
  it('passes arguments on as they are, expanding nothing', async () => {
    const env = { COMMAND: 'plan', FOLDER: '.', ARGS: '--base "a b"\n $(touch pwned) `id` $HOME * ; \'x"y\'' };
    expect(await runStep('action.yml', 'Run zonewright', env)).toBe(
      'zonewright|plan|--base|a b|$(touch|pwned)|`id`|$HOME|*|;|x"y\n',
    );
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('runs a command without arguments', async () => {
    const env = { COMMAND: 'check', FOLDER: '.', ARGS: '' };
    expect(await runStep('action.yml', 'Run zonewright', env)).toBe('zonewright|check\n');
  });
});

describe('build-release.yml', () => {
  const download = (env: Record<string, string>) =>
    runStep('build-release.yml', 'Download the previous release', {
      GITHUB_WORKFLOW: 'Build release',
      GITHUB_REF_NAME: 'main',
      ...env,
    });
  const build = () => runStep('build-release.yml', 'Build', {});

  it('builds the first release from nothing', async () => {
    expect(await download({ ANSWER: '' })).toBe('This is the first release.\n');
    expect(await build()).toBe('zonewright|build|--out|release\n');
  });

  it('goes on from the previous release', async () => {
    expect(await download({ ANSWER: '17' })).toBe('gh|run|download|17|--name|release|--dir|previous-release\n');
    expect(await build()).toBe('zonewright|build|--out|release|--previous|previous-release\n');
  });

  it('says so when the previous release is gone, and leaves no half of it', async () => {
    expect(await download({ ANSWER: '17', DOWNLOAD_STATUS: '1' })).toContain('::warning::');
    expect(await build()).toBe('zonewright|build|--out|release\n');
  });
});

describe('check-pull-request.yml', () => {
  it('writes the plan to the summary and to a file', async () => {
    const env = { BASE: 'origin/main', PLAN: join(folder, 'plan.md'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    await runStep('check-pull-request.yml', 'Plan', env);
    const plan = 'zonewright|plan|--base|origin/main|--format|markdown\n';
    for (const file of [env.PLAN, env.GITHUB_STEP_SUMMARY]) expect((await runTool('cat', [file])).stdout).toBe(plan);
  });

  it('writes one comment and then updates it', async () => {
    writeFileSync(join(folder, 'plan.md'), 'x'.repeat(100_000));
    const env = { GITHUB_REPOSITORY: 'o/zones', NUMBER: '7', MARK: '<!-- zonewright plan -->' };
    const comment = (answer: string) =>
      runStep('check-pull-request.yml', 'Write or update the comment', { ...env, ANSWER: answer });
    expect(await comment('')).toBe(
      'gh|api|--silent|--method|POST|repos/o/zones/issues/7/comments|--field|body=@body.md\n',
    );
    expect(await comment('31\n32')).toBe(
      'gh|api|--silent|--method|PATCH|repos/o/zones/issues/comments/31|--field|body=@body.md\n',
    );
    const body = (await runTool('cat', [join(folder, 'body.md')])).stdout;
    expect(body).toMatch(/^<!-- zonewright plan -->\nx+$/);
    expect(body.length).toBeLessThan(65_536);
  });
});

/** Runs a step's script with bash as GitHub does and gives what it printed. */
async function runStep(file: string, name: string, env: Record<string, string>): Promise<string> {
  const script = steps.find((step) => step.path.endsWith(`/${file}`) && step.name === name)?.run;
  expect(script).toBeDefined();
  writeFileSync(join(folder, 'step'), script ?? '');
  const path = `${programs}:${process.env.PATH}`;
  const run = await runTool('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'step'], {
    cwd: folder,
    env: { RUNNER_TEMP: folder, ...env, PATH: path },
  });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout;
}
