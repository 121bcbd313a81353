import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import type { TemplateOutcome } from '../../../src/pipeline/origin/templates.ts';
import { type ScratchOrigin, scratchCaller, scratchOrigin } from './scratch.ts';

let scratch: ScratchOrigin;
beforeAll(async () => {
  scratch = await scratchOrigin();
});
afterAll(() => scratch.close());

const admin = scratchCaller('root', true);
const alice = scratchCaller('alice');
const text = 'records:\n  "@":\n    NS: ns1.example.net.\n    MX: 10 mx.example.net.\n';

const make = (name: string, as = admin): Promise<TemplateOutcome> =>
  scratch.origin.changeTemplate(as, { name, text, as: 'make' });

describe('templates of the repository', () => {
  test('become commits, and are read again', async () => {
    expect(await make('mail/own')).toMatchObject({ kind: 'committed' });
    expect(await make('mail/own')).toEqual({ kind: 'template-exists' });
    expect(await scratch.git('show', 'main:templates/mail/own.yaml')).toBe(text);
    expect(await scratch.git('log', '-1', '--format=%s|%an', 'main')).toBe('template mail/own: new template|root\n');
    const changed = text.replace('10 mx', '20 mx');
    const order = { name: 'mail/own', text: changed, as: 'change' } as const;
    expect(await scratch.origin.changeTemplate(admin, order)).toMatchObject({ kind: 'committed' });
    expect(await scratch.origin.changeTemplate(admin, order)).toMatchObject({ kind: 'unchanged' });
    expect(await scratch.origin.readTemplates(alice)).toEqual(new Map([['mail/own', changed]]));
    const gone = { name: 'mail/own', text: undefined, as: 'change' } as const;
    expect(await scratch.origin.changeTemplate(admin, gone)).toMatchObject({ kind: 'committed' });
    expect(await scratch.origin.changeTemplate(admin, gone)).toEqual({ kind: 'no-template' });
  });

  test('do not break the zones that use them, nor change those of others', async () => {
    await make('base');
    const zone = parseName('example.com.');
    const made = await scratch.origin.change(admin, { zones: [{ kind: 'make', zone, templates: ['base'] }] });
    expect(made).toMatchObject({ kind: 'committed' });
    const change = (to: string | undefined, as = admin): Promise<TemplateOutcome> =>
      scratch.origin.changeTemplate(as, { name: 'base', text: to, as: 'change' });
    expect(await change(text.replace('MX: 10 mx.example.net.', 'A: 192.0.2.1'), alice)).toMatchObject({
      kind: 'forbidden',
      message: expect.not.stringContaining('example.com'),
    });
    expect(await change(text.replace('10 mx', 'ten mx'))).toMatchObject({ kind: 'refused' });
    expect(await change('records: [')).toMatchObject({ kind: 'refused' });
    expect(await change(undefined)).toMatchObject({ kind: 'refused', findings: [{ zone }, { zone }] });
    const view = await scratch.origin.view(admin, zone);
    expect('kind' in view ? view.kind : view.rrset(zone, 'MX')?.values[0]?.text).toBe('10 mx.example.net.');
    expect(await change(text.replace('10 mx', '30 mx'))).toMatchObject({ kind: 'committed' });
    const after = await scratch.origin.view(admin, zone);
    expect('kind' in after ? after.kind : after.rrset(zone, 'MX')?.values[0]?.text).toBe('30 mx.example.net.');
  });

  test('of zones that are reviewed are left to reviews', async () => {
    await make('reviewed');
    const zone = parseName('reviewed.example.');
    const document = 'review: true\nuse: [reviewed]\n';
    const made = await scratch.origin.change(admin, { zones: [{ kind: 'write', zone, text: document, as: 'make' }] });
    expect(made).toMatchObject({ kind: 'committed' });
    const changed = text.replace('10 mx', '20 mx');
    const order = { name: 'reviewed', text: changed, as: 'change' } as const;
    expect(await scratch.origin.changeTemplate(admin, order)).toMatchObject({ kind: 'forbidden', review: true });
  });

  test.each(['', '../zones/example.com', 'a b', '/etc/passwd', '.git/config', 'a\0b', '__proto__/../x'])(
    'have names that are no tricks: %j',
    async (name) => {
      expect(await make(name)).toMatchObject({ kind: 'invalid', field: 'name' });
    },
  );

  test('are for those whose tokens may', async () => {
    const limited = scratchCaller('bob', false, { zones: ['example.org'] });
    expect(await make('other', limited)).toMatchObject({ kind: 'forbidden' });
    expect(await make('other', scratchCaller('bob', false, { verbs: ['read'] }))).toMatchObject({ kind: 'forbidden' });
  });
});
