import type { DomainName } from '../../dns/name.ts';
import type { RecordId, ZoneId } from '../../state/ids/replay.ts';
import type { State } from '../../state/state.ts';
import type { Verb } from '../../state/tokens/scope.ts';
import type { Caller } from './caller.ts';
import type { Order } from './order.ts';
import type { OrderOutcome, ProposalOutcome, Refusal } from './outcome.ts';
import type { Templates } from './templates.ts';
import type { TopFiles } from './top-files.ts';
import type { RRsetView, ValueView, ZoneSummary, ZoneView } from './view.ts';

/** A record with its id. */
export interface NumberedRecord {
  readonly id: RecordId;
  readonly rrset: RRsetView;
  readonly value: ValueView;
}

/** A zone with its id. */
export interface NumberedZone {
  readonly id: ZoneId;
  readonly view: ZoneView;
}

/**
 * The repository that zones are read from and changed in: the one way in for the native API, all dialects, webhooks and
 * dynamic updates. Every method asks what the caller may do; a zone that the caller may not know of is not there.
 */
export interface Origin extends Templates, TopFiles {
  readonly state: State;
  /** The zones that the caller may read, by name in canonical order. */
  list(caller: Caller): Promise<readonly ZoneSummary[]>;
  /** A zone that the caller may read (or do `verb` to). */
  view(caller: Caller, zone: DomainName, verb?: Verb): Promise<ZoneView | Refusal>;
  /** The names of the templates that a zone may use. */
  templates(): readonly string[];
  /** What a text would be as the document of a zone, which need not be there; `undefined` where it cannot be read. */
  read(zone: DomainName, text: string): ZoneView | undefined;
  /** Carries an order out: checks permissions, values and rules, and commits. Resolves when the commit is durable. */
  change(caller: Caller, order: Order): Promise<OrderOutcome>;
  /**
   * Carries an order out on a branch of its own, for people to look at: whoever may change the zones may propose, and what
   * would be refused is refused. The only way for zones whose settings demand a review, which `change` refuses as
   * `forbidden` with `review`.
   */
  propose(caller: Caller, order: Order): Promise<ProposalOutcome>;

  /** Ids of zones, in their order; whoever has none gets one. */
  numberZones(zones: readonly DomainName[]): Promise<readonly ZoneId[]>;
  /** The records of a zone with their ids, in the document's order, without the SOA; those of some RRsets where they are given. */
  numberRecords(view: ZoneView, rrsets?: readonly RRsetView[]): Promise<readonly NumberedRecord[]>;
  /** The zone with an id; `undefined` where there is none that the caller may read. */
  zoneOf(caller: Caller, id: number): Promise<NumberedZone | undefined>;
  /** The record with an id, and its zone; `undefined` where it is not there (any more) or the caller may not read it. */
  recordOf(
    caller: Caller,
    id: number,
  ): Promise<{ readonly zone: NumberedZone; readonly record: NumberedRecord } | undefined>;

  /**
   * What is true of a zone beyond the repository: its serial in the newest release, and whether every announced node
   * serves what the repository holds.
   */
  standing(zone: DomainName): Promise<ZoneStanding>;
}

/** See {@link Origin.standing}. */
export interface ZoneStanding {
  /** The serial of the newest release; `undefined` where no release has the zone yet. */
  readonly serial: number | undefined;
  /** Whether every announced node serves the zone as it is in the repository; without nodes, whether a release holds it. */
  readonly synced: boolean;
}
