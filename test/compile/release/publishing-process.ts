import { manifestEntry } from '../../../src/compile/manifest.ts';
import { openDraft } from '../../../src/compile/release/draft.ts';
import { sha256 } from '../../../src/compile/release/state.ts';
import { manifestZone } from '../manifest-zone.ts';

/** Publishes the states 0, 1, 2 ... over and over: every zone says which state it belongs to. */
const [folder, count, rounds] = process.argv.slice(2) as [string, string, string];
const all = Array.from({ length: Number(count) }, (_, i) => i);
const isChanging = (i: number) => i % 50 === 0;
const pathOf = (i: number) => `zones/z${i}.zone`;
for (let round = 0; round < Number(rounds); round++) {
  const draft = openDraft(folder);
  const changing = new Set(all.filter(isChanging).map(pathOf));
  const damaged = draft.existing === undefined ? all.map(pathOf) : draft.keepAll(changing);
  const zones = all.map((i) => {
    const path = pathOf(i);
    const text = isChanging(i) ? `state ${process.pid} ${round}` : 'same';
    if (isChanging(i) || damaged.includes(path)) {
      const sink = draft.create(path);
      sink.write(text);
      sink.end();
    }
    const file = { path, sha256: sha256(text), size: text.length };
    const zone = manifestZone(`z${i}.`, [file], { content: file.sha256 });
    return [zone.apex, manifestEntry(zone)] as const;
  });
  draft.publish({ generator: 'test', commit: null, dirty: false, files: [], zones: new Map(zones) });
  draft.close();
  console.log(round);
}
