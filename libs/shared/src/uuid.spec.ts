import { describe, expect, it } from 'vitest';
import { idFloor, newId } from './uuid.js';

describe('idFloor', () => {
  it('is below every id of its moment, and above every one before', () => {
    const before = newId();
    const floor = idFloor(new Date(Date.now() + 2));
    expect(before < floor).toBe(true);
    expect(idFloor(new Date(Date.now() - 1)) < newId()).toBe(true);
  });

  it('is a UUID also before there were any', () => {
    expect(idFloor(new Date('1969-01-01'))).toBe('00000000-0000-0000-0000-000000000000');
  });
});
