import { describe, expect, it } from 'vitest';
import { isSupported } from './supported.mjs';

describe('isSupported', () => {
  it('knows what package.json says', () => {
    const tooOld = ['18.20.8', '20.20.2', '22.9.0', '22.12.0', '23.11.1', '24.0.0', '24.9.0'];
    const newEnough = ['22.13.0', '22.23.5', '24.11.0', '24.22.3', '26.12.1'];
    expect([...tooOld, ...newEnough].filter((version) => isSupported(version))).toEqual(newEnough);
    expect(isSupported(process.versions.node)).toBe(true);
  });

  it('compares all three numbers', () => {
    expect(['22.19.1', '22.19.2', '22.20.0', '23.0.0'].map((version) => isSupported(version, '^22.19.2'))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('refuses a range it does not read', () => {
    expect(() => isSupported('20.20.2', '^22.13.0 || 24.x')).toThrow('24.x of engines');
  });
});
