import { describe, expect, it } from 'vitest';
import { fieldErrors } from './read-dto.js';

describe('fieldErrors', () => {
  it('lists all errors of a tree with their whole paths', () => {
    const tree = [
      { property: 'name', constraints: { isString: 'name must be a string', length: 'name is too long' } },
      {
        property: 'messages',
        children: [{ property: '3', children: [{ property: 'cc', constraints: { whitelistValidation: 'x' } }] }],
      },
    ];
    expect(fieldErrors(tree)).toEqual([
      { field: 'name', message: 'must be a string' },
      { field: 'name', message: 'is too long' },
      { field: 'messages.3.cc', message: 'is not a known property' },
    ]);
  });
});
