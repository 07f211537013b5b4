import { expect, it } from 'vitest';
import { linesAbout } from './plain-recipients.js';

it('gives each recipient of a transcript its own lines, not those of the next server', () => {
  const words = [
    '   ----- Transcript of session follows -----',
    'While talking to example.edu:',
    '>>> DATA',
    '<<< 550 not today',
    '554 <kate@example.edu>... Remote protocol error',
    '550 example.net (smtp)... 550 Host unknown',
    '554 <sam@example.net>... 550 Host unknown',
    'While talking to mail.example.com:',
    '>>> RCPT To:<ada@example.com>',
    '550 <ada@example.com>... User unknown',
  ].join('\n');
  expect(linesAbout(words, new Set())).toEqual([
    { address: 'kate@example.edu', text: '554 <kate@example.edu>... Remote protocol error' },
    { address: 'sam@example.net', text: '554 <sam@example.net>... 550 Host unknown' },
    { address: 'ada@example.com', text: '>>> RCPT To:<ada@example.com>\n550 <ada@example.com>... User unknown' },
  ]);
});
