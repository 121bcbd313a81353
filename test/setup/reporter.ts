import { relative } from 'node:path';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

/**
 * Ends a test run with the skipped tests and why they were skipped, and with one closing line in plain form:
 * `120 passed, 0 failed, 3 skipped`. A test file that fails to load counts as one failed test.
 */
export default class ClosingReporter implements Reporter {
  #root = '';
  /** With `-t` the tests that do not match are skipped, and that is no news. */
  #filtered = false;

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
    this.#filtered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], _reason: TestRunEndReason): void {
    const skipped = this.#filtered ? [] : modules.flatMap((module) => this.#skippedTests(module));
    const lines = skipped.length > 0 ? ['', 'Skipped:', ...skipped] : [];
    process.stdout.write(`${[...lines, '', closingLine(modules, errors.length)].join('\n')}\n`);
  }

  /** One line a test: `  file: suite > test: reason`. */
  #skippedTests(module: TestModule): string[] {
    const reasons = module.meta().skipReasons?.join('; ') ?? 'no reason given';
    return [...module.children.allTests('skipped')].map((test) => {
      const result = test.result();
      const note = result.state === 'skipped' ? result.note : undefined;
      return `  ${relative(this.#root, module.moduleId)}: ${test.fullName}: ${note ?? reasons}`;
    });
  }
}

/** Counts tests; a fault outside any test (a file that does not load, a hook, an unhandled rejection) is one failure. */
function closingLine(modules: readonly TestModule[], unhandled: number): string {
  const count = { passed: 0, failed: unhandled, skipped: 0, pending: 0 };
  for (const module of modules) {
    const before = count.failed;
    for (const test of module.children.allTests()) count[test.result().state] += 1;
    if (module.state() === 'failed' && count.failed === before) count.failed += 1;
  }
  const skipped = count.skipped + count.pending;
  return `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
