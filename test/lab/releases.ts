import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameserverLists } from '../../src/compile/nameservers/list.ts';
import { zoneFilePath } from '../../src/compile/paths.ts';
import type { DomainName } from '../../src/dns/name.ts';
import { plainName } from '../../src/dns/plain-name.ts';
import { ROOT } from './image.ts';
import type { LabNode } from './node.ts';

/** Puts the files of a release where they would have been brought to; `zones` are their names and texts. */
export async function putFiles(node: LabNode, id: string, zones: ReadonlyMap<DomainName, string>): Promise<void> {
  const part = join(ROOT, 'releases', `.part-${id}`);
  const listed = [...zones.keys()].sort().map((apex) => ({ apex, file: zoneFilePath(apex) }));
  for (const list of nameserverLists) {
    await node.space.write(join(part, 'nameservers', list.file), list.print(listed));
  }
  await node.space.must(['mkdir', '-p', join(part, 'zones')]);
  for (const { apex, file } of listed) writeFileSync(node.space.outside(join(part, file)), zones.get(apex) ?? '');
  await node.space.must(['chown', '-R', 'zonewright:', part]);
}

/** The text of a small zone. */
export function zoneText(apex: DomainName, serial: number): string {
  return `${plainName(apex)} 300 IN SOA ns1.test. hostmaster.test. ${serial} 3600 600 604800 300
${plainName(apex)} 300 IN NS ns1.test.
`;
}
