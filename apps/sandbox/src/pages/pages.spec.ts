import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { sandboxSteps } from '../../../../test/support/sandbox-steps.js';
import { type RunningSandbox, startSandbox } from '../start-sandbox.js';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(testConfig());
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await api('DELETE', '/api/faults');
  await api('DELETE', '/api/messages');
});

const { api, faults, send } = sandboxSteps(() => sandbox);

async function page(path: string): Promise<string> {
  const { status, text } = await api('GET', path);
  expect(status).toBe(200);
  return text;
}

describe('the inbox', () => {
  it('finds a mail by its subject, however that is encoded', async () => {
    await send({ messageId: newId() });
    for (const search of ['Gr%C3%BC%C3%9Fe', 'GR%C3%BC', 'shop@']) {
      expect(await page(`/?q=${search}`), search).toContain('<span class="subject">Grüße</span>');
    }
    expect(await page('/?q=Auftrag')).toContain('Nothing that fits has arrived');
  });

  it('leads to every page', async () => {
    const inbox = await page('/');
    for (const path of ['/ledger', '/faults', '/vendors']) {
      expect(inbox).toContain(`<a href="${path}">`);
      expect(await page(path)).toContain('<h1>');
    }
  });
});

describe('a mail', () => {
  it('is shown as on a desktop and on a phone, with its links and headers', async () => {
    const html = '<p><a href="https://shop.test/a">Order</a> <a href="javascript:alert(1)">Odd</a></p>';
    await send({ messageId: newId(), html, text: 'See https://shop.test/b.' });
    const { id } = (await api('GET', '/api/messages')).body.data[0];
    const desktop = await page(`/messages/${id}`);
    for (const view of ['html', 'phone', 'text', 'links', 'headers', 'source'])
      expect(desktop).toContain(`href="/messages/${id}?view=${view}"`);
    expect(desktop).toContain('title="The message as a mail program on a desktop shows it"');
    const phone = await page(`/messages/${id}?view=phone`);
    expect(phone).toMatch(/<iframe\s+class="narrow"\s+title="The message as a mail program on a phone shows it"/);
    expect(/<iframe[^>]*sandbox="([^"]*)"/.exec(phone)?.[1]).not.toMatch(/allow-scripts|allow-same-origin/);
    const links = await page(`/messages/${id}?view=links`);
    expect(links).toMatch(/Order[\s\S]*href="https:\/\/shop.test\/a"[\s\S]*https:\/\/shop.test\/b<\/a/);
    expect(links).toContain('javascript:alert(1)');
    expect(links).not.toContain('href="javascript:');
    expect(await page(`/messages/${id}?view=headers`)).toMatch(/<th scope="row">Subject<\/th>/);
  });
});

describe('faults', () => {
  it('are shown with what they did, and switched off', async () => {
    await faults({ name: '<b>busy</b>', when: { every: 2 }, action: { type: 'reply', code: 451 } });
    await send({ messageId: newId() });
    const shown = await page('/faults');
    expect(shown).toContain('&#60;b&#62;busy&#60;/b&#62;');
    expect(shown).toMatch(/every 2[\s\S]*code 451[\s\S]*struck 0 of 1/);
    const answer = await fetch(`${sandbox.url}/faults/clear`, { method: 'POST', redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/faults']);
    expect(await page('/faults')).toContain('No fault is on');
  });
});

describe('the ledger', () => {
  it('is shown newest first, and narrowed to a message', async () => {
    const [one, other] = [newId(), newId()];
    await send({ messageId: one });
    await send({ messageId: other });
    const shown = await page('/ledger');
    expect(shown.indexOf(other)).toBeGreaterThan(0);
    expect(shown.indexOf(one)).toBeGreaterThan(shown.indexOf(other));
    const narrowed = await page(`/ledger?messageId=${one}`);
    expect(narrowed).toContain(`<code>${one}</code>`);
    expect(narrowed).not.toContain(other);
    expect(await page(`/ledger?messageId=${newId()}`)).toContain('No call that fits');
  });
});

describe('the style sheet', () => {
  it('lets nothing be wider than a phone', async () => {
    const css = (await api('GET', '/assets/sandbox.css')).text;
    const rule = (selector: string) =>
      new RegExp(`(?:^|\\n)\\s*${selector.replace(/\./g, '\\.')} \\{([^}]*)\\}`).exec(css)?.[1];
    expect(rule('.top nav')).toContain('flex-wrap: wrap');
    expect(rule('.tabs')).toContain('flex-wrap: wrap');
    expect(rule('.mail iframe.narrow')).toContain('max-width: 100%');
    expect(rule('.mails a')).toContain('minmax(0, 1fr)');
    expect(rule('.faults')).toContain('overflow-wrap: anywhere');
    for (const [, width = ''] of css.matchAll(/(?<=[\s{;])width: (\d+)px/g))
      expect(Number(width)).toBeLessThanOrEqual(375);
  });
});
