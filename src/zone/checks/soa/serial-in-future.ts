import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';

/** `soa: { serial_after: 2099010100 }` */
export const serialInFuture: Check = {
  id: 'serial-in-future',
  severity: 'info',
  standard: 'RFC 1912 section 2.2',
  reason:
    'A serial that looks like a date and is ahead of it was mistyped, and the next ones can only count up from it.',
  repair: 'Correct the serial if it was never served; else keep it, and use the policy "increment".',
  covers: ['S13'],
  zone(look) {
    const { serial, serialAfter } = look.zone.settings.soa;
    for (const [setting, value] of Object.entries({ serial, serial_after: serialAfter })) {
      const date = value === undefined ? undefined : dateOf(value);
      if (date === undefined || date <= look.today) continue;
      const message = `the serial ${value} stands for ${date}, which is in the future`;
      look.atSpan(settingSpan(look.zone, `soa.${setting}`), { message }, { owner: look.zone.apex });
    }
  },
};

/** The day of a serial of the form YYYYMMDDnn, as `YYYY-MM-DD`; `undefined` where it is no such serial. */
function dateOf(serial: number): string | undefined {
  const found = /^(20\d\d|21\d\d)(\d\d)(\d\d)\d\d$/.exec(String(serial));
  if (found === null) return undefined;
  const month = Number(found[2]);
  const day = Number(found[3]);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return `${found[1]}-${found[2]}-${found[3]}`;
}
