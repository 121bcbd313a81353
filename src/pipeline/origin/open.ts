import { readDocument } from '../../compile/project.ts';
import { blobId } from '../../compile/source/tree.ts';
import { compareNames, type DomainName, displayName } from '../../dns/name.ts';
import type { Committer } from '../../git/committer.ts';
import { GitError } from '../../git/error.ts';
import type { HistoryPage } from '../../git/history-page.ts';
import type { Repository } from '../../git/repository.ts';
import type { Snapshot } from '../../git/snapshot.ts';
import { numbersInBlocks } from '../../state/counter.ts';
import type { IdNote, RecordValue } from '../../state/ids/notes.ts';
import { planIds } from '../../state/ids/plan.ts';
import { findRecordId, findZoneId, recordIdsOf, zoneIdsOf } from '../../state/ids/store.ts';
import type { State } from '../../state/state.ts';
import type { ProjectConfig } from '../../zone/config.ts';
import type { NodesFile } from '../../zone/inventory/inventory.ts';
import { dayOf } from '../check.ts';
import { failure, orFailure } from '../failure.ts';
import type { Proposer } from '../proposal.ts';
import type { Caller } from './caller.ts';
import { pathOfNewZone } from './compose.ts';
import { withSoa } from './differences.ts';
import { newIdFollower, type SilentCommit } from './follow-ids.ts';
import { messageOf, personOf } from './message.ts';
import { newMirror } from './mirror.ts';
import { oneFileWriter } from './one-file.ts';
import type { Order } from './order.ts';
import type { NumberedRecord, Origin, ZoneStanding } from './origin.ts';
import { type OrderOutcome, type ProposalOutcome, type Refusal, settledOutcome } from './outcome.ts';
import { readPast } from './past.ts';
import { mayRead, refusalOf, refusalOfReviewed } from './permit.ts';
import { newPreparation, type Prepared } from './prepare.ts';
import { newSilence } from './silence.ts';
import { newTemplates } from './templates.ts';
import { newTopFiles } from './top-files.ts';
import { newTurns } from './turns.ts';
import { viewOf, type ZoneView } from './view.ts';

/** What the repository is served with. */
export interface OriginOptions {
  readonly repository: Repository;
  readonly committer: Committer;
  readonly state: State;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** See {@link Origin.standing}. */
  readonly standing: (zone: DomainName) => Promise<ZoneStanding>;
  /** Where a remote is the origin: takes over what it has. */
  readonly sync?: (() => Promise<void>) | undefined;
  /** Makes branches for {@link Origin.propose}; without it nothing can be proposed. */
  readonly proposer?: Proposer | undefined;
}

/** An origin, for those who run it. */
export interface OpenOrigin extends Origin {
  /** What `zonewright.yaml` says at the head. */
  config(): ProjectConfig;
  head(): Promise<Snapshot>;
  /** A page of a zone's history, newest first, for whoever may read the zone. */
  history(caller: Caller, zone: DomainName, page: { limit: number; after?: string }): Promise<HistoryPage | Refusal>;
  /** A zone as it was at a commit of the branch. */
  viewAt(caller: Caller, zone: DomainName, commit: string): Promise<ZoneView | Refusal>;
  /** What `nodes.yaml` says at the head. */
  nodes(): NodesFile;
  /** The zones that are signed by a policy. */
  signed(): readonly DomainName[];
  /** How many zones there are. */
  size(): number;
  /** The SHA-256 of what a zone is made from, as manifests have it; `undefined` where there is no such zone. */
  sourceOf(zone: DomainName): string | undefined;
  /** Takes over where the branch is now: at the beginning, and when somebody pushed. */
  follow(): Promise<void>;
  /** Finishes what is to be written into the state. */
  close(): Promise<void>;
}

/** Opens the repository for all doors. The mirror is empty until {@link OpenOrigin.follow} was called. */
export function openOrigin({ repository, committer, state, now, standing, proposer, sync }: OriginOptions): OpenOrigin {
  const mirror = newMirror(() => dayOf(now()));
  const ids = newIdFollower(repository, state);
  const turns = newTurns<DomainName>();
  const silence = newSilence();
  const numbers = numbersInBlocks(state.query);

  /** The files at the head; the mirror shows them unless changes are on their way, which are ahead of it. */
  const freshHead = async (): Promise<Snapshot> => {
    const head = await committer.head();
    return turns.busy > 0 || (await mirror.shows(head)) ? head : followHead();
  };

  /** Follows to the head as it is when the mirror's turn comes: one that was read before could be older than what it shows. */
  const followHead = (): Promise<Snapshot> =>
    mirror.exclusive(async () => {
      const head = await committer.head();
      await mirror.follow(head);
      return head;
    });

  const { show: showZone, prepare } = newPreparation(mirror, now);

  const viewFor = async (caller: Caller, zone: DomainName, verb: Parameters<Origin['view']>[2]) => {
    const head = await freshHead();
    const view = await showZone(head, zone, head.commit);
    const owners = view?.settings.owners ?? mirror.summary(zone)?.owners ?? [];
    const refused = refusalOf(caller, { verb: verb ?? 'read', zone }, owners, now());
    if (refused !== undefined) return refused;
    if (view !== undefined) return view;
    if (!mirror.project.zones.has(zone)) return { kind: 'no-zone', zone } as const;
    const findings = mirror.standing.facts.get(zone)?.findings ?? [];
    return { kind: 'refused', findings } as const;
  };

  /** What an order comes to at the head as it is when the mirror's turn comes. */
  const rehearseAtHead = (caller: Caller, order: Order) =>
    mirror.exclusive(async () => {
      const head = await committer.head();
      return { head, tried: await prepare(head, caller, order) };
    });

  const change = async (caller: Caller, order: Order): Promise<OrderOutcome> => {
    let prepared: Prepared | undefined;
    let notes: readonly IdNote[] = [];
    const zones = order.zones.map(({ zone }) => zone);
    const finish = (kind: 'committed' | 'unchanged' | 'dry-run', commit: string | undefined): OrderOutcome => {
      const { zones, findings } = prepared as Prepared;
      const at = (view: ZoneView | undefined) => view && { ...view, commit };
      return { kind, commit, zones: zones.map((each) => ({ ...each, view: at(each.view) })), findings };
    };
    if (order.dryRun === true) {
      const { head, tried } = await rehearseAtHead(caller, order);
      if (tried.kind !== 'prepared') return tried;
      prepared = tried;
      return finish('dry-run', head.commit);
    }
    const outcome = await committer.commit<Refusal>({
      author: personOf(caller),
      apply: (files, base) =>
        mirror.exclusive(async () => {
          const tried = await prepare(files, caller, order);
          if (tried.kind !== 'prepared') return { kind: 'refused', refusal: tried };
          const reviewed = tried.files.length === 0 ? undefined : refusalOfReviewed(tried.zones, mirror.project.config);
          if (reviewed !== undefined) return { kind: 'refused', refusal: reviewed };
          prepared = tried;
          // Somebody else's commits may be below this one: their ids come first.
          await ids.followFor(zones, base);
          notes = tried.files.length === 0 ? [] : (await planIds(state, tried.ids.map(withSoa), numbers)).notes;
          const message = messageOf(tried.deeds, caller, notes, order.subject);
          return { kind: 'change', files: tried.files, message };
        }),
    });
    return settledOutcome(outcome, (made) => {
      if (made.kind === 'committed') ids.note({ ...made, notes, zones });
      return finish(made.kind, made.commit);
    });
  };

  /** Remembers a commit that says nothing about ids. */
  const committed = (made: SilentCommit): void => ids.note({ ...made, notes: [], zones: [] });

  /** Shows what was committed last, once nothing is on its way any more. */
  const catchUp = (): void => {
    if (turns.busy > 0) return;
    // Whoever reads next would find out otherwise, and tell whoever asked.
    freshHead().catch(() => undefined);
  };

  const propose = async (caller: Caller, order: Order): Promise<ProposalOutcome> => {
    const none = failure('unavailable', 'nothing can be proposed here', 'make the change without a proposal');
    if (proposer === undefined || (await committer.head()).commit === undefined) return none;
    const { head, tried } = await rehearseAtHead(caller, order);
    if (head.commit === undefined) return none;
    if (tried.kind !== 'prepared') return tried;
    const message = messageOf(tried.deeds, caller, [], order.subject);
    const made = await proposer({ ...tried, base: head.commit, message, author: personOf(caller) });
    return made.kind === 'failure' ? made : { ...made, zones: tried.zones, findings: tried.findings };
  };

  const writeFile = oneFileWriter({ mirror, committer, proposer, committed });
  const origin: OpenOrigin = {
    state,
    config: () => mirror.project.config,
    head: () => committer.head(),
    history: (caller, zone, page) =>
      orFailure(async () => {
        const view = await viewFor(caller, zone, 'read');
        if ('kind' in view) return view;
        return committer.history({ paths: [view.path], ...page });
      }),
    viewAt: (caller, zone, commit) =>
      orFailure(async () => {
        const view = await viewFor(caller, zone, 'read');
        if ('kind' in view) return view;
        const files = await committer.at(commit).catch((error: unknown) => {
          if (error instanceof GitError && error.kind === 'refused') return undefined;
          throw error;
        });
        if (files === undefined)
          return { kind: 'missing', message: `the branch has no commit ${commit.slice(0, 12)}`, at: 0 };
        const past = await readPast(files, zone, view.path);
        if (past?.read.zone !== undefined)
          return viewOf(past.read.zone, { path: view.path, tag: past.read.id, commit, templates: past.read.templates });
        return { kind: 'missing', message: `${displayName(zone)} was not there at ${commit.slice(0, 12)}`, at: 0 };
      }),
    nodes: () => mirror.project.nodes,
    signed: () => [...mirror.signed],
    size: () => mirror.project.zones.size,
    sourceOf: (zone) => mirror.standing.facts.get(zone)?.source,
    async follow() {
      // Changes that are on their way follow the branch themselves, and are ahead of it.
      if (turns.busy > 0) return;
      const { commit } = await followHead();
      await ids.followOthers(commit);
    },
    async list(caller) {
      await freshHead();
      const refused = refusalOf(caller, { verb: 'read' }, [], now());
      if (refused !== undefined) return [];
      const all = [...mirror.project.zones.keys()].sort(compareNames);
      return all.flatMap((zone) => {
        const summary = mirror.summary(zone);
        return summary !== undefined && mayRead(caller, zone, summary.owners) ? [summary] : [];
      });
    },
    read(zone, text) {
      const bytes = Buffer.from(text);
      const path = pathOfNewZone(zone, mirror.project.zones);
      const source = { ...mirror.project, pathOf: () => path, read: () => ({ id: blobId(bytes), bytes }) };
      const read = readDocument(source, zone);
      return read.zone && viewOf(read.zone, { path, tag: read.id, commit: undefined, templates: read.templates });
    },
    view: (caller, zone, verb) => orFailure(() => viewFor(caller, zone, verb)),
    change(caller, order) {
      const zones = [...new Set(order.zones.map(({ zone }) => zone))];
      if (zones.length < order.zones.length)
        return Promise.resolve({
          kind: 'invalid',
          message: 'a zone is named twice',
          fix: 'put all changes of one zone together',
          at: 0,
          field: 'name',
        });
      const work = async (): Promise<OrderOutcome> => {
        const outcome = await change(caller, order);
        if (sync === undefined || !hangsOnHead.has(outcome.kind)) return outcome;
        // Another server may have made just that: what the remote has decides.
        const { commit } = await committer.head();
        await sync();
        return (await committer.head()).commit === commit ? outcome : change(caller, order);
      };
      const inTurn = sync === undefined ? undefined : silence.arrive();
      return orFailure(() => turns.take(zones, () => inTurn?.(work) ?? work()).finally(catchUp));
    },
    templates: () => [...mirror.project.templates.keys()],
    propose: (caller, order) => orFailure(() => propose(caller, order)),
    async numberZones(zones) {
      await ids.settle();
      return zoneIdsOf(state, zones);
    },
    async numberRecords(view, rrsets = view.rrsets()) {
      await ids.follow(view.commit);
      const [zone] = await zoneIdsOf(state, [view.zone]);
      const records = rrsets.flatMap((rrset) => rrset.values.map((value) => ({ rrset, value })));
      const values = records.map(({ rrset, value }) => recordValue(rrset, value.digest));
      const numbered = await recordIdsOf(state, (zone as { id: number }).id, values);
      return records.map(
        ({ rrset, value }, i): NumberedRecord => ({ id: numbered[i] as NumberedRecord['id'], rrset, value }),
      );
    },
    async zoneOf(caller, id) {
      await ids.settle();
      const found = await findZoneId(state.query, id);
      if (found === undefined) return undefined;
      const view = await viewFor(caller, found.zone, 'read');
      return 'kind' in view ? undefined : { id: found, view };
    },
    async recordOf(caller, id) {
      await ids.settle();
      const found = await findRecordId(state.query, id);
      const zone = found && (await origin.zoneOf(caller, found.zoneId));
      const rrset = found && zone?.view.rrset(found.owner, found.type);
      const value = rrset?.values.find(({ digest }) => digest === found?.digest);
      if (found === undefined || zone === undefined || rrset === undefined || value === undefined) return undefined;
      return { zone, record: { id: found, rrset, value } };
    },
    standing,
    ...newTemplates(mirror, committer, now, writeFile),
    ...newTopFiles(mirror, committer, now, writeFile),
    // What a database that is away does not take is followed again by whoever comes next.
    close: () => ids.settle().catch(() => undefined),
  };
  return origin;
}

/** What may be refused only because a commit of another server has not come here yet. */
const hangsOnHead: ReadonlySet<string> = new Set(['no-zone', 'missing', 'stale', 'exists']);

function recordValue({ owner, type }: { owner: DomainName; type: string }, digest: string): RecordValue {
  return { owner, type, digest };
}
