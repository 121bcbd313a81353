import { type SourceTree, TOP_FILES } from './tree.ts';

/**
 * The zones and templates of a tree under the configuration and the inventory of another one: what somebody proposes is held
 * against the rules that are in force, and not against those that they bring along.
 */
export function configuredBy(tree: SourceTree, from: SourceTree): SourceTree {
  const ruling = (path: string): boolean => (TOP_FILES as readonly string[]).includes(path);
  const of = (path: string): SourceTree => (ruling(path) ? from : tree);
  return {
    paths: [...from.paths.filter(ruling), ...tree.paths.filter((path) => !ruling(path))],
    findings: tree.findings.filter(({ place }) => !ruling(place.file)),
    id: (path) => of(path).id(path),
    async prefetch(paths) {
      await Promise.all([tree.prefetch(paths.filter((path) => !ruling(path))), from.prefetch(paths.filter(ruling))]);
    },
    read: (path) => of(path).read(path),
    close() {
      tree.close();
    },
  };
}
