import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

interface Package {
  version: string;
  dependencies: Record<string, string>;
}

function packageIn(...folder: string[]): Package {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, ...folder, 'package.json'), 'utf8')) as Package;
}

describe('the package @outbell/client', () => {
  it('is of the version of Outbell, and needs what it is tested with', () => {
    const [own, outbell] = [packageIn('..'), packageIn('..', '..', '..')];
    expect(own.version).toBe(outbell.version);
    for (const [name, version] of Object.entries(own.dependencies)) expect(outbell.dependencies[name]).toBe(version);
  });
});
