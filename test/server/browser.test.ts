import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { git, put, scratch } from '../setup/program.ts';
import { needs, tool } from '../setup/tools.ts';
import { serving } from './serving.ts';

let browser: Browser | undefined;
afterAll(() => browser?.close());

/** A page of a browser, and what it complained about. */
async function open(): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  browser ??= await chromium.launch({ executablePath: tool('chromium') as string, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return { page, complaints };
}

describe.skipIf(needs('chromium'))('a browser', () => {
  it('shows the description of the API with all that belongs to it', async () => {
    const { url } = await serving();
    const { page, complaints } = await open();
    for (const path of ['/api/v1/docs', '/api/v1/docs/']) {
      await page.goto(url + path);
      await page.locator('.opblock-summary-path', { hasText: '/api/v1/zones/{zone}/rrsets' }).first().waitFor();
    }
    expect(complaints).toEqual([]);
  });

  it('shows zones and rollouts in the console, changes records, and lets a held release through', async () => {
    const server = await serving();
    const { url, ask, user } = server;
    const token = await user('root', { admin: true });
    const rows = Array.from({ length: 30 }, (_, i) => `h${i} A 192.0.2.${i}\n`).join('');
    const master_file = `$TTL 600\n@ SOA ns1.example.net. hostmaster 1 2 3 4 5\n@ NS ns1.example.net.\n${rows}`;
    await ask(token, 'POST', '/api/v1/zones?wait=deployed', { name: 'example.com', master_file });
    await ask(token, 'PUT', '/api/v1/zones/example.com/rrsets/x/TXT', { values: ['"<script>alert(1)</script>"'] });
    await ask(token, 'POST', '/api/v1/zones?wait=deployed', { name: 'example.net' });
    const { page, complaints } = await open();

    await page.goto(`${url}/`);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('link', { name: 'Zones' }).click();
    await page.getByLabel('Part of the name').fill('com');
    await page.getByLabel('Part of the name').press('Enter');
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'example.com' }).click();
    await page.getByRole('cell', { name: '"<script>alert(1)</script>"' }).waitFor();

    await page.locator('tr', { hasText: '192.0.2.7' }).getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Values').fill('192.0.2.300');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('"192.0.2.300" is not an IPv4 address').waitFor();
    expect(complaints.splice(0).filter((each) => !each.startsWith('422') && !/status of 422/.test(each))).toEqual([]);
    await page.getByLabel('Values').fill('192.0.2.70\n192.0.2.71');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'h7.example.com: A 192.0.2.7 -> 192.0.2.70, 192.0.2.71' }).waitFor();
    expect(await server.git('log', '-1', '--format=%an %s', 'main')).toMatch(/^root h7\.example\.com: A /);

    const work = join(scratch(), 'work');
    git(scratch(), 'clone', '-q', server.repository, work);
    git(work, 'rm', '-q', 'zones/example.net.yaml');
    git(work, 'commit', '-qm', 'gone');
    git(work, 'push', '-q', 'origin', 'HEAD:main');
    const gone = git(work, 'rev-parse', 'HEAD').trim();
    const { holds, releases } = server.services;
    await expect.poll(async () => (await holds.current())?.commit, { timeout: 90_000 }).toBe(gone);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('alert').getByText('the whole zone example.net. is deleted').waitFor();
    await page.getByRole('button', { name: 'Let it through' }).click();
    await expect.poll(() => releases.current()?.manifest.commit, { timeout: 90_000 }).toBe(gone);

    // The cookie is for this browser alone: no script reads it, and no other site sends a form with it.
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ value: token, httpOnly: true, sameSite: 'Strict', path: '/console' });
    for (const forged of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await fetch(`${url}/console/zones/example.com`, {
        method: 'POST',
        headers: { cookie: `zonewright_console=${token}`, ...forged } as Record<string, string>,
        body: new URLSearchParams({ do: 'delete', name: 'h1', type: 'A' }),
      });
      expect(answer.status).toBe(403);
    }
    expect((await ask(token, 'GET', '/api/v1/zones/example.com/rrsets/h1/A')).status).toBe(200);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(complaints).toEqual([]);
    expect(server.logged()).not.toContain(token);
  });

  it('sees in the console what its token may see, and nothing without one', async () => {
    const { url, ask, user, repository } = await serving();
    const root = await user('root', { admin: true });
    for (const name of ['a.example', 'b.example']) await ask(root, 'POST', '/api/v1/zones', { name });
    const limited = await user('joe', { grants: ['a.example'], scopes: ['read'] });
    const get = async (path: string, token?: string) => {
      const headers = token === undefined ? {} : { cookie: `zonewright_console=${token}` };
      const answer = await fetch(`${url}/console${path}`, { headers: headers as Record<string, string> });
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      return { status: answer.status, text: await answer.text() };
    };
    for (const path of ['', '/zones', '/zones/a.example']) {
      expect((await get(path)).text).toContain('<label>Token');
      expect((await get(path, 'zw_guess')).text).toContain('<label>Token');
    }
    expect((await get('/zones', limited)).text).toMatch(/>a\.example<[\s\S]*/);
    expect((await get('/zones', limited)).text).not.toContain('b.example');
    expect((await get('/zones/b.example', limited)).status).toBe(404);
    expect((await get('/zones/..%2f..%2fusers', root)).status).toBe(422);
    const form = new URLSearchParams({ do: 'put', name: 'www', type: 'a', values: '192.0.2.1' });
    const refused = await fetch(`${url}/console/zones/a.example`, {
      method: 'POST',
      headers: { cookie: `zonewright_console=${limited}` },
      body: form,
    });
    expect([refused.status, (await refused.text()).includes('role="alert"')]).toEqual([403, true]);

    // Where changes are reviewed, it says where this one waits.
    await ask(root, 'POST', '/api/v1/zones', { name: 'c.example' });
    const reviewed = 'review: true\nrecords:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n';
    const work = join(scratch(), 'work');
    git(scratch(), 'clone', '-q', repository, work);
    put(work, 'zones/c.example.yaml', reviewed);
    git(work, 'commit', '-qam', 'reviewed');
    git(work, 'push', '-q', 'origin', 'HEAD:main');
    const wanted = await fetch(`${url}/console/zones/c.example`, {
      method: 'POST',
      headers: { cookie: `zonewright_console=${root}` },
      body: form,
    });
    expect([wanted.status, await wanted.text()]).toEqual([200, expect.stringMatching(/<code>proposals\/[0-9a-f]+</)]);
  });
});
