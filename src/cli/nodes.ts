import type { Declare } from './commands.ts';
import { declareList } from './nodes/list.ts';
import { declareMode } from './nodes/mode.ts';
import { declareStatus } from './nodes/status.ts';

/** `zonewright nodes` */
export const declare: Declare = (command, run) => {
  declareList(command.command('list').description('list the nodes of nodes.yaml'), run);
  declareStatus(
    command.command('status').description('ask nodes how they are, and name what is not as it should be'),
    run,
  );
  const drained = 'withdraw nodes; they still get releases, and announce again when they are enabled';
  const disabled = 'withdraw nodes and leave them alone';
  declareMode(command.command('enable').description('announce nodes again'), run, 'normal');
  declareMode(command.command('drain').description(drained), run, 'drained');
  declareMode(command.command('disable').description(disabled), run, 'disabled');
};
