/**
 * What a deployer and a node say to each other. On the node, the program `zonewright-node` runs one command and ends: as the
 * forced command of ssh, where `SSH_ORIGINAL_COMMAND` holds the words, or with the words as its arguments. Words are of
 * {@link WORD}: nothing in them needs quoting, so the program may split at spaces (with `set -f`) and must refuse a command
 * in which anything else stands. Whatever else has to be said stands on standard input, one entry a line.
 *
 * Files of the node, below its root:
 *
 * ```
 * releases/ID/          a release whose checksums were verified; never changed after that
 * releases/.part-ID/    one that is being transferred
 * current               -> releases/ID, what the name server has loaded or is about to load
 * verified              the ID whose answers were verified over the wire, and nothing else
 * hold                  the ID that was served and verified before the rollout that is under way; `-`: none was; empty: none is
 * mode                  `normal`, `drained` or `disabled`, as people have set it; missing: `normal`
 * web-caddy             the SHA-256 of the configuration that Caddy has loaded from a release; `web-varnish`: Varnish
 * lock                  while a deployer holds the node two lines, its token and who it is; else empty
 * ```
 *
 * In a release, the manifest is in parts, so that what differs of it is as little as what differs of the release. Each is written
 * by the deployer as any other file:
 *
 * ```
 * manifest/top.json     the manifest without the lines of zones, or all of it, where zones have no lines
 * manifest/AB/CD        the lines of some zones, whose names have led there
 * manifest.json         all of it, in a release that was brought under protocol 3; it has no others
 * ```
 *
 * Commands (ID is of {@link RELEASE_ID}, TOKEN of {@link TOKEN}, `-` in the place of an ID is none):
 *
 * | words | does |
 * |---|---|
 * | `ask` | prints the state, see {@link parseState} |
 * | `lock TOKEN` | takes the lock; standard input is one line that says who. Again with the same token: fine. Held by another: exit status 75, the holder's line on standard output |
 * | `manifest ID` | prints the manifest of `releases/ID`: the files below `manifest/AB/`, in any order, then `manifest/top.json`; where there is no such file, `manifest.json` |
 * | `A then B …` | runs B once A has ended well, and prints a line `then` in between; `as TOKEN` in front of the first holds for all. They read standard input one after the other: `lock` its line, `renew` its part, and what reads a list up to an empty line, or all that is left where there are 100 and more; `prepare` and `seal` read all that is left |
 * | `break-lock` | takes the lock away from whoever has it |
 * | `as TOKEN …` | runs a command if TOKEN holds the lock, else exit status 75; what reads goes behind it too |
 * | `… unlock` | gives the lock back |
 * | `… prepare ID BASE OLD` | makes `releases/.part-ID` anew: what was `releases/OLD`, which is no more then, or for `-` a hard-linked copy of `releases/BASE` (`cp -al`), or empty where that is `-` too. Lines on standard input, first those with `-`, then those with `=`: `- PATH` is removed from it, `= PATH` becomes a link to the file of `releases/BASE`; paths of {@link RELEASE_PATH}. Prints `there` and does nothing where `releases/ID` exists |
 * | `… rsync --server …` | receives files into `releases/.part-ID/`, and nowhere else; never `--sender`, `--inplace` or `--append` |
 * | `… seal ID` | standard input: lines as `sha256sum` prints them (`DIGEST  PATH`). Where all of them hold (`sha256sum --check --strict --quiet`): flushes and renames to `releases/ID` |
 * | `… renew ID BASE OLD` | `prepare`, files and `seal` in one, where little differs: makes `releases/ID` of `releases/BASE`. Standard input: the lines of `prepare`; for each other file a line `+ DIGEST PATH`, behind it the pieces it is made of, `c OFFSET SIZE` of the file of that path in `releases/BASE`, `d SIZE` of what follows; an empty line, and the octets of all `d`, each of whole lines |
 * | `… hold BASE` | writes `hold`, if there is none yet |
 * | `… switch ID` | empties `verified`, then points `current` to `releases/ID` by one rename; refused without `releases/ID` and without `hold` |
 * | `… verified ID` | writes `verified`; refused unless `current` is `releases/ID` |
 * | `… unhold` | empties `hold`; refused unless `verified` is what `current` points to |
 * | `… remove ID` | deletes a release; refused for what `current` and `hold` name |
 * | `… mode MODE` | writes `mode` |
 * | `session` | runs commands one after the other, for as long as standard input goes on: each is a line `SIZE COMMAND`, and behind it so many octets, its standard input, which are whole lines. Each answer is a line with a size, and behind it so many octets: standard error, standard output, the exit status in 3 octets, and the size of standard output in 9. Not for `rsync` |
 * | `KIND check ID` | the name server's checker; standard input names the zones to be read, lines `NAME PATH`, and an empty one |
 * | `KIND …` | the commands of the adapters, each in exactly the forms that `src/deploy/nameservers/KIND.ts` and `src/deploy/bgp/KIND.ts` state. Those that change something only behind `as TOKEN` (the engine puts it there, adapters do not); those that announce are refused unless `verified` is what `current` points to, and the mode is `normal` |
 *
 * Exit status: 0 done; 1 it failed, with a sentence on standard error; 64 not one of these commands; 75 the lock is held by
 * another.
 *
 * Should the node start anew while there is a `hold`, its BGP daemon must not announce by itself: whoever starts it asks
 * `zonewright-node may-announce`, which ends with 0 only if `verified` is what `current` points to and the mode is `normal`.
 */
export const PROTOCOL = 4;

/** A word of a command. */
export const WORD = /^[A-Za-z0-9_.:/=@%+,-]{1,1000}$/;

/** The name of a release on nodes: made from what it holds, so equal releases have equal names. */
export const RELEASE_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What tells one rollout from another. */
export const TOKEN = /^[a-z0-9]{8,64}$/;

/** The path of a file in a release on a node. */
export const RELEASE_PATH = /^(?!.*(^|\/)\.{1,2}(\/|$))[A-Za-z0-9_=.-]+(\/[A-Za-z0-9_=.-]+){0,9}$/;

/** Exit statuses of `zonewright-node` that mean something. */
export const NODE_EXIT = { ok: 0, failed: 1, unknown: 64, locked: 75 } as const;

/** How people want a node: as usual; without announcements, but with new releases; left alone. */
export type NodeMode = 'normal' | 'drained' | 'disabled';

/** What a node says of itself. */
export interface NodeState {
  /** What `current` points to; `undefined`: there is none yet. */
  readonly current: string | undefined;
  /** The release whose answers were verified. */
  readonly verified: string | undefined;
  /** What was served before the rollout that is under way; `null`: nothing was; `undefined`: none is under way. */
  readonly hold: string | null | undefined;
  readonly mode: NodeMode;
  /** SHA-256 of what web servers have loaded from releases; nothing where they have loaded none. */
  readonly web: Readonly<Partial<Record<'caddy' | 'varnish', string>>>;
  /** The releases that are there. */
  readonly releases: readonly string[];
  /** Those of them of which the manifest is in one file, as protocol 3 had it. */
  readonly whole: readonly string[];
  /** Octets that are free where releases are. */
  readonly free: number;
  /** Who holds the lock, in words, and since when (seconds since 1970); `undefined`: nobody. */
  readonly lock: { readonly token: string; readonly holder: string; readonly since: number } | undefined;
}

/**
 * Reads what `ask` prints: lines `KEY VALUE`, the first `zonewright-node 4`, the last `end`, between them in any order
 * `current ID|-`, `verified ID|-`, `hold ID|-` (no line: none), `mode MODE`, `release ID` for each, `whole ID` for those of which the manifest is in one file, `free BLOCKS SIZE`, `caddy DIGEST`
 * and `varnish DIGEST` where they have loaded something, and `lock TOKEN SINCE HOLDER…` where there is one. Lines with other keys are passed over. Gives a sentence where it is wrong:
 * what a node says is not to be trusted.
 */
export function parseState(text: string): NodeState | string {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== 'end') return 'its answer is cut off';
  const version = /^zonewright-node (\d{1,4})$/.exec(lines.shift() ?? '')?.[1];
  if (version === undefined) return 'what answers is not zonewright-node';
  if (Number(version) !== PROTOCOL) return `it speaks version ${version} of the protocol, not ${PROTOCOL}`;
  const web: { caddy?: string; varnish?: string } = {};
  const state: { -readonly [K in keyof NodeState]: NodeState[K] } & { releases: string[]; whole: string[] } = {
    current: undefined,
    verified: undefined,
    hold: undefined,
    mode: 'normal',
    web,
    releases: [],
    whole: [],
    free: -1,
    lock: undefined,
  };
  for (const line of lines) {
    const [, key = '', value = ''] = /^([a-z]{1,20}) (.*)$/.exec(line) ?? [];
    if (/[\x00-\x1f\x7f-\x9f]/.test(value)) return 'its answer holds control characters';
    const id = RELEASE_ID.test(value) ? value : undefined;
    const [, blocks, size] = /^(\d{1,15}) (\d{1,9})$/.exec(value) ?? [];
    const isId = id !== undefined || value === '-';
    if (key === 'release' && id !== undefined) state.releases.push(id);
    else if (key === 'whole' && id !== undefined) state.whole.push(id);
    else if ((key === 'current' || key === 'verified') && isId) state[key] = id;
    else if (key === 'hold' && isId) state.hold = id ?? null;
    else if (key === 'mode' && isMode(value)) state.mode = value;
    else if (key === 'free' && blocks !== undefined) state.free = Number(blocks) * Number(size);
    else if ((key === 'caddy' || key === 'varnish') && /^[0-9a-f]{64}$/.test(value)) web[key] = value;
    else if (key === 'lock') {
      const [, token, since, holder] = /^([a-z0-9]{8,64}) (\d{1,12}) (.{1,300})$/.exec(value) ?? [];
      if (token === undefined || holder === undefined) return 'it says no holder of its lock';
      state.lock = { token, since: Number(since), holder };
    } else if (/^(release|whole|current|verified|hold|mode|free|caddy|varnish)$/.test(key))
      return `its answer has a malformed line: ${key}`;
  }
  return state.free < 0 ? 'it does not say how much room there is' : state;
}

/** Whether a text is a mode. */
export function isMode(text: string): text is NodeMode {
  return text === 'normal' || text === 'drained' || text === 'disabled';
}
