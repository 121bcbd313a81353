import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where tests mostly wait for the daemons that they run: they begin first, beside all others, and are never the end. */
const WAITING = ['test/lab/rollout.test.ts', 'test/lab/serve.test.ts'];

/** Rooms whose tests are done in an instant, and tell of most mistakes. */
const QUICK = ['dns', 'dnssec', 'zone', 'compile'];

/** What takes longest, longest first: of the end of a run every worker has its share. */
const LONG = [
  'test/server/faults.test.ts',
  'test/pipeline/release/memory.test.ts',
  'test/lab/adapters.test.ts',
  'test/git/kill.test.ts',
];

/** The order of test files, the same in every clone: by default a run begins with the files of most octets. */
export default class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const path = relative(project.vitest.config.root, moduleId);
      if (WAITING.includes(path)) return 0;
      if (QUICK.some((room) => path.startsWith(`test/${room}/`))) return 1;
      return LONG.includes(path) ? 2 + LONG.indexOf(path) : 2 + LONG.length;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
