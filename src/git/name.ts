/** Longest path that is written, in octets: what file systems take. */
const PATH_OCTETS = 4000;
const SEGMENT_OCTETS = 255;

/**
 * Why a path may not be written into a repository, in words after "the path "; `undefined` where it may. What is let through
 * is a relative path with `/` that every system can check out, and never a file that steers git.
 */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (Buffer.byteLength(path) > PATH_OCTETS) return `is longer than ${PATH_OCTETS} octets`;
  if (/[\0-\x1f\x7f\\]/.test(path)) return 'has a control character or a backslash';
  // Some file systems drop what cannot be seen: `.g<zero width space>it` would become `.git`.
  if (/[\p{Cf}\p{Cs}]/u.test(path)) return 'has a character that cannot be seen';
  for (const segment of path.split('/')) {
    if (segment === '') return 'has an empty segment';
    if (segment === '.' || segment === '..') return `has the segment "${segment}"`;
    if (/^(\.git|git~\d)/i.test(segment)) return `has the segment "${segment}", which is git's own`;
    if (Buffer.byteLength(segment) > SEGMENT_OCTETS) return `has a segment longer than ${SEGMENT_OCTETS} octets`;
  }
  return undefined;
}

/** Whether a text is the name of a branch as git defines it, and no option. */
export function isBranchName(text: string): boolean {
  return (
    text.length <= 200 &&
    text !== 'HEAD' &&
    !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/.test(text) &&
    isWellFormed(text) &&
    text.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock')) &&
    text !== '@'
  );
}

function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}
