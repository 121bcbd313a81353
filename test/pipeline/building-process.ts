import { buildRelease } from '../../src/pipeline/build.ts';

/** Builds a release of a folder at a time; says when it begins, and what has become of it. */
const [folder, out, now] = process.argv.slice(2) as [string, string, string];
console.log('ready');
const result = await buildRelease({ folder, now: Number(now), version: '1.0.0' }, { out });
console.log(result.kind === 'failure' ? `${result.status} ${result.message}` : result.kind);
