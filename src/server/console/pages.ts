import type { Refused } from './ask.ts';
import { type Html, html, type Part } from './html.ts';

/** An RRset as the API shows it. */
export interface RRset {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly values: readonly string[];
  readonly from: string;
  readonly etag: string;
  /** What a value holds for besides its text, which no form here has. */
  readonly options?: readonly unknown[];
}

/** An RRset in a form, as far as it is filled in. */
export type EditedRRset = Partial<Omit<RRset, 'ttl'> & { readonly ttl: number | string }>;

/** A rollout, or a release that is held. */
export interface Deployment {
  readonly id: string;
  readonly kind: string;
  readonly release: string | null;
  readonly commit: string | null;
  readonly by: string;
  readonly status: string;
  readonly started_at: string;
  readonly nodes: readonly { readonly node: string; readonly step: string; readonly outcome: string | null }[];
  readonly held?: { readonly thresholds: number; readonly reasons: readonly { readonly message: string }[] };
}

/** A job of the queue. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly error: string | null;
  readonly updated_at: string;
}

/** A whole page. `account` is who looks at it; `undefined`: nobody that is known. */
export function page(title: string, account: string | undefined, content: Part): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - zonewright</title>
<link rel="stylesheet" href="/console/style.css">
<header><strong>zonewright</strong>${
    account !== undefined &&
    html`<nav><a href="/console">Overview</a> <a href="/console/zones">Zones</a> <a href="/api/v1/docs">API</a></nav>
<form method="post" action="/console/logout">${account} <button>Log out</button></form>`
  }</header>
<main><h1>${title}</h1>
${content}</main>
</html>
`.markup;
}

/** Where somebody shows a token. */
export function loginPage(refused: boolean): string {
  return page(
    'Log in',
    undefined,
    html`${refused && html`<p class="problem">This token does not count here.</p>`}
<form method="post" action="/console/login">
<label>Token <input name="token" type="password" autocomplete="off" required autofocus></label>
<button>Log in</button>
</form>
<p>Made by <code>zonewright token create</code>. What it may do is what you may do here.</p>`,
  );
}

/** What is wrong, in the words of the API. */
export function problem({ title, detail, errors = [] }: Refused): Html {
  return html`<div class="problem" role="alert"><p>${title}${detail !== undefined && errors.length === 0 && `: ${detail}`}</p>
${errors.length > 0 && html`<ul>${errors.map(({ message, fix }) => html`<li>${message}${fix !== undefined && `; ${fix}`}</li>`)}</ul>`}</div>`;
}

/** A change that somebody has to look at first. */
export interface Proposal {
  readonly branch: string;
  readonly url: string | null;
}

/** Where a change waits for its review. */
export function proposed({ branch, url }: Proposal): Html {
  return html`<p>Changes of this zone are looked at first. It waits on the branch <code>${branch}</code>.</p>
${url?.startsWith('https://') === true && html`<p><a href="${url}" rel="noreferrer">Its pull request</a></p>`}`;
}

/** What was rolled out, what waits, and what failed. */
export function overview(
  deployments: readonly Deployment[],
  nodes: readonly { readonly name: string; readonly nameserver: string | null }[],
  failed: readonly Job[] | undefined,
): Html {
  const held = deployments.find(({ status }) => status === 'held');
  return html`${held && heldBlock(held)}
<h2>Rollouts</h2>
${table(
  ['Began', 'What', 'Commit', 'By', 'Status', 'Nodes', ''],
  deployments.map(({ id, kind, release, commit, by, status, started_at: began, nodes: each }) => [
    time(began),
    kind,
    commit !== null && html`<code>${commit.slice(0, 12)}</code>`,
    by,
    status === 'done' || status === 'running' ? status : html`<span class="bad">${status}</span>`,
    each.map(({ node, step, outcome }) => `${node} ${outcome ?? step}`).join(', '),
    release !== null && button(`/console/deployments/${id}/rollback`, 'Back to this'),
  ]),
)}
${button('/console/deploy', 'Build the head and roll it out')}
<h2>Nodes</h2>
${table(
  ['Name', 'Name server', ''],
  nodes.map(({ name, nameserver }) => [
    name,
    nameserver ?? '',
    html`${button(`/console/nodes/${name}/withdraw`, 'Withdraw')} ${button(`/console/nodes/${name}/announce`, 'Announce')}`,
  ]),
)}
${
  failed !== undefined &&
  html`<h2>Failed jobs</h2>
${table(
  ['Since', 'What', 'Why', ''],
  failed.map(({ id, kind, error, updated_at: at }) => [
    time(at),
    kind,
    error ?? '',
    button(`/console/jobs/${id}/retry`, 'Try again'),
  ]),
)}`
}`;
}

function heldBlock({ commit, held }: Deployment): Html {
  const { reasons = [], thresholds = 0 } = held ?? {};
  const more = thresholds - reasons.length;
  return html`<div class="problem" role="alert"><p><strong>The release of <code>${commit?.slice(0, 12)}</code> is held.</strong>
Nodes go on serving the one before. Revert the commit, or let it through if it is meant.</p>
<ul>${reasons.map(({ message }) => html`<li>${message}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>
${button('/console/deploy?allow_deletes=true', 'Let it through')}</div>`;
}

/** The zones of a page. */
export function zoneList(
  zones: readonly {
    readonly name: string;
    readonly records: number;
    readonly dnssec: string | false;
    readonly errors: number;
  }[],
  { search, total, next }: { readonly search: string; readonly total: number; readonly next: string | undefined },
): Html {
  return html`<form><label>Part of the name <input name="search" type="search" value="${search}"></label></form>
<p>${total} zones</p>
${table(
  ['Zone', 'Records', 'DNSSEC', 'Errors'],
  zones.map(({ name, records, dnssec, errors }) => [
    html`<a href="/console/zones/${encodeURIComponent(name)}">${name}</a>`,
    records,
    dnssec === false ? '' : dnssec,
    errors === 0 ? '' : html`<span class="bad">${errors}</span>`,
  ]),
)}
${next !== undefined && html`<p><a href="?${new URLSearchParams({ search, cursor: next }).toString()}">More</a></p>`}`;
}

/** A zone: its records, the form that changes them, and its last commits. */
export function zonePage(
  zone: string,
  rrsets: readonly RRset[],
  next: string | undefined,
  edited: EditedRRset,
  commits: readonly {
    readonly commit: string;
    readonly subject: string;
    readonly author: { readonly name: string; readonly time: string };
  }[],
): Html {
  const path = `/console/zones/${encodeURIComponent(zone)}`;
  return html`${table(
    ['Name', 'TTL', 'Type', 'Values', ''],
    rrsets.map(({ name, ttl, type, values, from, options }) => [
      name,
      ttl,
      type,
      values.map((value) => html`<code>${value}</code><br>`),
      from === 'records' && options === undefined
        ? html`<a href="${path}?${new URLSearchParams({ name, type }).toString()}#edit">Edit</a>`
        : from,
    ]),
  )}
${next !== undefined && html`<p><a href="${path}?cursor=${next}">More</a></p>`}
<h2 id="edit">${edited.etag === undefined ? 'Set records' : `${edited.name} ${edited.type}`}</h2>
<form method="post" action="${path}">
${edited.etag !== undefined && html`<input type="hidden" name="etag" value="${edited.etag}">`}
<label>Name, from the zone; @ is the zone itself <input name="name" value="${edited.name ?? ''}" required></label>
<label>Type <input name="type" value="${edited.type ?? ''}" required></label>
<label>TTL in seconds; empty: that of the zone <input name="ttl" value="${edited.ttl ?? ''}" inputmode="numeric"></label>
<label>Values, one a line <textarea name="values" rows="4">${(edited.values ?? []).join('\n')}</textarea></label>
<button name="do" value="put">Save</button> <button name="do" value="delete" formnovalidate>Delete</button>
</form>
<h2>Last commits</h2>
${table(
  ['When', 'Who', 'What', ''],
  commits.map(({ commit, subject, author }) => [
    time(author.time),
    author.name,
    subject,
    html`<code>${commit.slice(0, 12)}</code>`,
  ]),
)}`;
}

function table(heads: readonly string[], rows: readonly (readonly Part[])[]): Html {
  if (rows.length === 0) return html`<p>None.</p>`;
  return html`<div class="wide"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

function button(action: string, text: string): Html {
  return html`<form method="post" action="${action}"><button>${text}</button></form>`;
}

function time(at: string): Html {
  return html`<time datetime="${at}">${at.slice(0, 19).replace('T', ' ')} UTC</time>`;
}
