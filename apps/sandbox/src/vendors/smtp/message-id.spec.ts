import { describe, expect, it } from 'vitest';
import { readMessageId } from './message-id.js';

const ID = '01a20139-45ee-7613-a732-01cd839f67c7';

describe('readMessageId', () => {
  it.each([
    ['ours', `Subject: x\r\nMessage-ID: <${ID}@acme.test>\r\n\r\nbody`, ID],
    ['ours, folded', `message-id:\r\n <${ID}@acme.test>\r\n\r\n`, ID],
    ['another program’s', 'Message-ID: <abc.1@example.org>\r\n\r\n', 'abc.1@example.org'],
    ['none', 'Subject: x\r\n\r\n', null],
    ['one in the body', `Subject: x\r\n\r\nMessage-ID: <${ID}@acme.test>\r\n`, null],
  ])('reads %s', (_name, source, expected) => {
    expect(readMessageId(Buffer.from(source))).toBe(expected);
  });
});
