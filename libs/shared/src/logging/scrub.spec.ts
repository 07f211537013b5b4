import { describe, expect, it } from 'vitest';
import { REDACTED, scrub, scrubText } from './scrub.js';

describe('scrubText', () => {
  it.each([
    ['550 no such user ann@example.org here', `550 no such user ${REDACTED} here`],
    ['<ann+tag@sub.example.org>: rejected', `<${REDACTED}>: rejected`],
    ['"very odd"@example.org', REDACTED],
    ['two: a@b.cc,d@e.ff', `two: ${REDACTED},${REDACTED}`],
    ['cannot reach postgres://outbell:hunter2@db:5432/x', `cannot reach postgres://${REDACTED}@db:5432/x`],
    ['Authorization: Bearer abc.def', `Authorization: Bearer ${REDACTED}`],
    ['key ob_live_0123456789ab_secretsecret!', `key ob_live_0123456789ab_${REDACTED}!`],
    ['call +49 (170) 123-4567 now', `call ${REDACTED} now`],
    ['token fGh-1:APA91b_x-Y is gone', `token ${REDACTED} is gone`],
    ['to {"endpoint":"https://push.example/x","keys":{"p256dh":"B","auth":"a"}}: 410', `to ${REDACTED}: 410`],
    ['{"to":"{\\"endpoint\\":\\"https://push.example/x\\",\\"keys\\":{\\"auth\\":\\"a\\"}}"}', `{"to":"${REDACTED}"}`],
    ['nothing to hide, 3 of 5', 'nothing to hide, 3 of 5'],
  ])('%s', (text, scrubbed) => {
    expect(scrubText(text)).toBe(scrubbed);
  });

  it('stays fast on a long text without spaces', () => {
    const started = performance.now();
    scrubText('a'.repeat(1_000_000));
    scrubText('@'.repeat(1_000_000));
    scrubText('x://'.repeat(250_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('scrub', () => {
  it('empties named fields at every depth, whatever their case', () => {
    expect(scrub({ job: { To: 'x', api_key: 'y', list: [{ variables: { code: '1' } }] }, count: 2 })).toEqual({
      job: { To: REDACTED, api_key: REDACTED, list: [{ variables: REDACTED }] },
      count: 2,
    });
  });

  it('keeps of an error what helps and drops what holds data', () => {
    const cause = new Error('duplicate key value violates unique constraint "x"');
    const error = Object.assign(new Error('invalid input syntax for type uuid: "canary"', { cause }), {
      code: '22P02',
      parameters: ['canary'],
      detail: 'Key (address)=(canary) exists',
    });
    const logged = JSON.stringify(scrub({ err: error }));
    expect(logged).not.toContain('canary');
    expect(logged).toContain('22P02');
    expect(logged).toContain('unique constraint \\"x\\"');
  });

  it('survives a circle and a bigint', () => {
    const circle: Record<string, unknown> = { size: 3n };
    circle['self'] = circle;
    expect(() => JSON.stringify(scrub(circle))).not.toThrow();
  });
});
