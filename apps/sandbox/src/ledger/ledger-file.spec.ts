import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from './ledger-entry.js';
import { LedgerFile } from './ledger-file.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outbell-ledger-'));
  path = join(folder, 'ledger.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

function entry(seq: number): LedgerEntry {
  const time = '2026-11-01T00:00:00.000Z';
  return { seq, time, vendor: 'smtp', message_id: `m${seq}`, recipient_hash: null, outcome: 'accepted', reply: null };
}

async function writtenSeqs(): Promise<number[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as LedgerEntry).seq);
}

describe('LedgerFile', () => {
  it('has a line on disk when append resolves, in order, also under a burst', async () => {
    const { file } = await LedgerFile.open(path);
    const seqs = Array.from({ length: 500 }, (_, at) => at + 1);
    const appended = seqs.map((seq) => file.append(entry(seq)));
    await appended[0];
    expect(await writtenSeqs()).toContain(1);
    await Promise.all(appended);
    expect(await writtenSeqs()).toEqual(seqs);
    await file.close();
  });

  it('knows what an earlier run wrote, and leaves out a line that was torn', async () => {
    const first = await LedgerFile.open(path);
    await first.file.append(entry(1));
    await first.file.close();
    await appendFile(path, '{"seq":2,"tim');
    const second = await LedgerFile.open(path);
    expect(second.known).toEqual([entry(1)]);
    await second.file.append(entry(2));
    await second.file.close();
    const third = await LedgerFile.open(path);
    expect(third.known).toEqual([entry(1), entry(2)]);
    await third.file.close();
  });

  it('tells when it cannot write', async () => {
    const { file } = await LedgerFile.open(path);
    await file.close();
    await expect(file.append(entry(1))).rejects.toThrow();
  });
});
