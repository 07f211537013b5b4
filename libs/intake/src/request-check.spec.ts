import { SystemClock } from '@outbell/shared/clock.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { contentErrors } from './content-policy.js';
import type { MessageRequest } from './message-request.js';
import { RequestCheck } from './request-check.js';

const config = testConfig();
const check = new RequestCheck(config, new SystemClock(), new EventLoop(config, new Metrics()));

async function errorsOf(html: string): Promise<string[]> {
  const request = { channel: 'email', subject: 'Hi', html } as MessageRequest;
  await check.findTextFaults([request]);
  return contentErrors(request).map(({ field, message }) => `${field}: ${message}`);
}

describe('html without a text beside it', () => {
  it('is refused for its length once, where it has more characters than a mail may', async () => {
    expect(await errorsOf('x'.repeat(1_000_001))).toEqual([expect.stringContaining('must not be longer') as string]);
  });

  it('is refused where only its text cannot be made: by the units that it is made in', async () => {
    const errors = await errorsOf('🎁'.repeat(600_000));
    expect(errors).toEqual([expect.stringContaining('text_not_derivable') as string]);
  });

  it('is taken where it is no longer', async () => {
    expect(await errorsOf('🎁'.repeat(400_000))).toEqual([]);
  });
});
