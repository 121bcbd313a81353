import { isBranchName } from '../../git/name.ts';

/** One reference that a push moves, as git tells hooks. */
export interface PushedReference {
  /** `undefined`: it was not there. */
  readonly before: string | undefined;
  /** `undefined`: it is deleted. */
  readonly after: string | undefined;
  /** The whole name. */
  readonly ref: string;
}

/** Reads the `OLD NEW REF` lines of a hook's standard input. Lines of another form are left out. */
export function readPushed(input: string): PushedReference[] {
  return input.split('\n').flatMap((line) => {
    const [, before, after, ref] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/.+)$/s.exec(line) ?? [];
    if (before === undefined || after === undefined || ref === undefined) return [];
    return [{ before: orNothing(before), after: orNothing(after), ref }];
  });
}

function orNothing(id: string): string | undefined {
  return /^0+$/.test(id) ? undefined : id;
}

/** Whether somebody may push a reference of this name: not what the server keeps for itself. */
export function isOpenReference(ref: string): boolean {
  if (ref.startsWith('refs/heads/')) return isBranchName(ref.slice('refs/heads/'.length));
  return !/^refs\/zonewright(\/|$)/i.test(ref);
}
