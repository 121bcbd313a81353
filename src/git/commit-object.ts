/** Who made a commit or wrote it down, and when. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What a commit says: a line for people, more where it helps, and facts for programs. */
export interface CommitMessage {
  readonly subject: string;
  readonly body?: string;
  /** `Key: value` lines at the end, in this order. Keys are letters, digits and hyphens. */
  readonly trailers?: readonly Trailer[];
}

/** One `Key: value` line at the end of a message. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
}

/** A commit's content. Times are seconds since 1970. */
export interface CommitContent {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly authorTime: number;
  readonly committer: Person;
  readonly committerTime: number;
  readonly message: string;
}

/**
 * A commit as git stores it, in UTF-8. Names and addresses lose what git itself takes away, so that none of them begins a
 * header; NUL goes everywhere.
 */
export function encodeCommit(commit: CommitContent): Buffer {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${printPerson(commit.author)} ${commit.authorTime} +0000`,
    `committer ${printPerson(commit.committer)} ${commit.committerTime} +0000`,
  ];
  return Buffer.from(`${headers.join('\n')}\n\n${commit.message.replaceAll('\0', '')}`);
}

function printPerson({ name, email }: Person): string {
  const address = cleanIdent(email);
  const known = cleanIdent(name);
  return `${known === '' ? (address === '' ? 'unknown' : address) : known} <${address}>`;
}

/** What git keeps of a name or an address: no `<`, `>` or control character, and no punctuation around it. */
export function cleanIdent(text: string): string {
  return text
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .replace(/[<>]/g, '')
    .replace(/^[ .,:;"\\']+/, '')
    .replace(/[ .,:;"\\']+$/, '');
}

/**
 * The text of a message. Subject and trailer values become one line each. Only what is given as a trailer is read as one: a
 * body whose end looks like trailers is indented there.
 */
export function printMessage({ subject, body, trailers = [] }: CommitMessage): string {
  const title = oneLine(subject);
  const parts = [title === '' ? 'Change without a subject' : title];
  const text = cleanBody(body ?? '');
  if (text !== '') parts.push(trailers.length === 0 ? hideTrailers(text) : text);
  if (trailers.length > 0) parts.push(trailers.map(printTrailer).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function printTrailer({ key, value }: Trailer): string {
  if (!TRAILER_KEY.test(key)) throw new RangeError(`"${key}" is no key of a trailer`);
  return `${key}: ${oneLine(value)}`;
}

const TRAILER_KEY = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

function oneLine(text: string): string {
  return text.replace(/[\0-\x20\x7f\x85\u2028\u2029]+/g, ' ').trim();
}

function cleanBody(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** Indents the last paragraph: a line that begins with a space begins no trailer. */
function hideTrailers(body: string): string {
  const at = body.lastIndexOf('\n\n');
  const last = at < 0 ? body : body.slice(at + 2);
  if (!/^\s*\S+\s*:|^\(cherry picked/m.test(last)) return body;
  return `${at < 0 ? '' : body.slice(0, at + 2)}${last.replace(/^/gm, ' ')}`;
}

/** Takes a commit object apart; headers that nobody asked for (signatures, encodings) are left out. */
export function parseCommit(content: Buffer): CommitContent {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const parents: string[] = [];
  let tree = '';
  let author = NOBODY;
  let committer = NOBODY;
  for (const line of (end < 0 ? text : text.slice(0, end)).split('\n')) {
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    switch (line.slice(0, space)) {
      case 'tree':
        tree = value;
        break;
      case 'parent':
        parents.push(value);
        break;
      case 'author':
        author = parsePerson(value);
        break;
      case 'committer':
        committer = parsePerson(value);
        break;
    }
  }
  return {
    tree,
    parents,
    author: author.person,
    authorTime: author.time,
    committer: committer.person,
    committerTime: committer.time,
    message: end < 0 ? '' : text.slice(end + 2),
  };
}

const NOBODY = { person: { name: '', email: '' }, time: 0 };

function parsePerson(text: string): { person: Person; time: number } {
  const open = text.indexOf('<');
  const close = text.lastIndexOf('>');
  if (open < 0 || close < open) return { person: { name: text, email: '' }, time: 0 };
  const time = Number.parseInt(text.slice(close + 1), 10);
  return {
    person: { name: text.slice(0, open).trim(), email: text.slice(open + 1, close) },
    time: Number.isSafeInteger(time) ? time : 0,
  };
}

/** A message's parts, as {@link printMessage} put them together; a last paragraph of nothing but `Key: value` is trailers. */
export function parseMessage(message: string): { subject: string; body: string; trailers: readonly Trailer[] } {
  const paragraphs = message.replace(/^\n+|\s+$/g, '').split(/\n{2,}/);
  const subject = oneLine(paragraphs[0] ?? '');
  const last = paragraphs.length > 1 ? (paragraphs.at(-1) as string).split('\n').map(parseTrailer) : [];
  const trailers = last.filter((trailer) => trailer !== undefined);
  const hasTrailers = trailers.length > 0 && trailers.length === last.length;
  return {
    subject,
    body: paragraphs.slice(1, hasTrailers ? -1 : undefined).join('\n\n'),
    trailers: hasTrailers ? trailers : [],
  };
}

function parseTrailer(line: string): Trailer | undefined {
  const colon = line.indexOf(':');
  const key = line.slice(0, Math.max(colon, 0));
  return TRAILER_KEY.test(key) ? { key, value: line.slice(colon + 1).trim() } : undefined;
}
