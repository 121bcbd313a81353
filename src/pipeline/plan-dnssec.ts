import type { CacheLine } from '../compile/cache/line.ts';
import { signedBy } from '../compile/cache/line.ts';
import type { Evaluation } from '../compile/evaluate.ts';
import type { ZoneFacts } from '../compile/facts.ts';
import { type ExistingState, knownZone, type PlannedZone } from '../compile/plan/compare.ts';
import type { ZoneDelta } from '../compile/plan/delta.ts';
import { type DnssecConsequence, dnssecConsequences } from '../compile/plan/dnssec.ts';
import type { Project } from '../compile/project.ts';
import { childrenByParent } from '../compile/signing/children.ts';
import { judge } from '../compile/signing/judge.ts';
import { compareNames, type DomainName } from '../dns/name.ts';
import { keySource } from './signing.ts';
import type { Workspace } from './workspace.ts';

/** What the DNSSEC part of a plan is made from. */
export interface PlannedSigning {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly existing: ExistingState;
  readonly evaluation: Evaluation;
  readonly deltas: readonly ZoneDelta[];
  /** The folder of the key store where it is not that of the configuration. */
  readonly store: string | undefined;
}

/** What a release of the desired state would mean for the chains of trust. Rejects with a KeyStoreError. */
export async function planDnssec(planned: PlannedSigning): Promise<DnssecConsequence[]> {
  const { workspace, project, existing, evaluation, store } = planned;
  const now = Math.floor(workspace.now / 1000);
  const source = keySource(workspace, project, { store, previous: existing.release });
  const withKeys = new Set(source.zones());
  const parentOf = new Map<DomainName, DomainName>();
  for (const [parent, children] of childrenByParent(project.zones, withKeys)) {
    for (const child of children) parentOf.set(child, parent);
  }
  const deltas = new Map<DomainName, ZoneDelta>();
  for (const delta of planned.deltas) if (delta.node === undefined) deltas.set(delta.zone, delta);
  const concerned: PlannedZone[] = [];
  for (const [apex, facts] of evaluation.zones) {
    const policy = policyNameOf(facts);
    if (policy === undefined && !withKeys.has(apex)) continue;
    concerned.push({ zone: 'text' in facts ? facts : knownZone(facts), policy });
  }
  const policies = await existing.signedBy(concerned);
  const found: DnssecConsequence[] = [];
  for (const { zone, policy } of concerned) {
    const { apex } = zone;
    const signing = judge(apex, policy, withKeys.has(apex) ? source : undefined, project.config.policies, now);
    found.push(
      ...dnssecConsequences({
        apex,
        existing: policies.get(apex),
        signing,
        wanted: policy !== undefined,
        changedRRsets: deltas.get(apex)?.changes.filter(({ kind }) => kind !== 'delete').length ?? 0,
        due:
          signing.kind === 'signed' ? existing.dueSignatures(apex, now + signing.policy.signatures.refresh) : undefined,
        parentHere: parentOf.get(apex),
        now,
      }),
    );
  }
  return found.sort((a, b) => compareNames(a.zone, b.zone));
}

function policyNameOf(facts: CacheLine | ZoneFacts): string | undefined {
  if ('text' in facts) return signedBy(facts);
  return facts.state.kind === 'content' ? facts.state.signedBy : undefined;
}
