import { describe, expect, it } from 'vitest';
import { idFloor, newId } from './uuid.js';

describe('newId', () => {
  it('is a UUIDv7, later than every one before, within a millisecond too', () => {
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

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
