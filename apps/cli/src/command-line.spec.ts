import { describe, expect, it } from 'vitest';
import { cli } from '../../../test/support/cli.js';
import { EXAMPLES } from './command-line.js';

/** No settings: a wrong command line is told before anything is opened. */
const outbell = (...args: string[]) => cli({}, ...args);

describe('a command line that lacks something', () => {
  it.each([
    ['key create', '--tenant, --name, --scopes, --mode'],
    ['key create --name k --mode live', '--tenant, --scopes'],
    ['key list', '--tenant'],
    ['key revoke', '<prefix>'],
    ['tenant create', '<name>'],
    ['opt-out retry', '<id>'],
    ['sender grant', '<tenant>, <channel>, <address>'],
    ['sender grant acme', '<channel>, <address>'],
    ['sender revoke acme email', '<address>'],
    ['sender verify', '<tenant>, <address>'],
  ])('outbell %s: says all of it at once, with an example', async (line, missing) => {
    const args = line.split(' ');
    const name = args.slice(0, 2).join(' ');
    expect(await outbell(...args)).toEqual({
      ...{ code: 1, out: '' },
      err: `error: missing: ${missing}\nexample: ${EXAMPLES[name]}\n(see: outbell ${name} --help)\n`,
    });
  });
});

describe('--help', () => {
  it.each(Object.entries(EXAMPLES))('of %s marks what is required, and shows the example', async (name, example) => {
    const { code, out, err } = await outbell(...name.split(' '), '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`\nExample:\n  ${example}\n`);
    const required = out.match(/\(required\)/g) ?? [];
    const { err: complaint } = await outbell(...name.split(' '));
    expect(required).toHaveLength(complaint.split('\n')[0]!.split(', ').length);
  });

  it('is what outbell alone shows, and each group of commands alone', async () => {
    const all = await outbell();
    expect([all.code, all.out]).toEqual([1, '']);
    expect(all.err).toMatch(/^Usage: outbell /);
    const groups = [...all.err.matchAll(/^ {2}([a-z-]+) /gm)].map((match) => match[1]!);
    for (const group of ['tenant', 'key', 'sender', 'opt-out'].filter((name) => groups.includes(name)))
      expect((await outbell(group)).err).toMatch(new RegExp(`^Usage: outbell ${group} `));
    expect(groups).toEqual(expect.arrayContaining(['migrate', 'doctor', 'tenant', 'key', 'keys', 'sender', 'opt-out']));
  });
});

describe('what is no command', () => {
  it.each([
    ['tenent create acme', "error: unknown command 'tenent'\n(Did you mean tenant?)\n(see: outbell --help)\n"],
    ['tenant craete acme', "error: unknown command 'craete'\n(Did you mean create?)\n(see: outbell tenant --help)\n"],
    ['sender gront a b c', "error: unknown command 'gront'\n(Did you mean grant?)\n(see: outbell sender --help)\n"],
    ['send', "error: unknown command 'send'\n(Did you mean sender?)\n(see: outbell --help)\n"],
    ['quite-another', "error: unknown command 'quite-another'\n(see: outbell --help)\n"],
    [
      'key list --tennant x',
      "error: unknown option '--tennant'\n(Did you mean --tenant?)\n(see: outbell key list --help)\n",
    ],
    [
      'tenant create acme corp',
      "error: too many arguments for 'create'. Expected 1 argument but got 2.\n(see: outbell tenant create --help)\n",
    ],
    [
      'migrate now',
      "error: too many arguments for 'migrate'. Expected 0 arguments but got 1.\n(see: outbell migrate --help)\n",
    ],
  ])('outbell %s: says so, and what was meant', async (line, err) => {
    expect(await outbell(...line.split(' '))).toEqual({ code: 1, out: '', err });
  });
});
