import { describe, expect, it } from 'vitest';
import { phoneSpellings } from './phone-spellings.js';

describe('phoneSpellings', () => {
  it.each([
    ['Mexico', ['+525512345678', '+5215512345678']],
    ['Brazil', ['+5531988881234', '+553188881234']],
    ['São Paulo', ['+5511987654321', '+551187654321']],
    ['Buenos Aires', ['+5491123456789', '+541123456789', '+54111523456789', '+549111523456789']],
    ['Córdoba', ['+5493514123456', '+543514123456', '+54351154123456', '+549351154123456']],
    ['Bariloche, of three digits', ['+5492944123456', '+542944123456', '+54294154123456', '+549294154123456']],
    ['Ushuaia, of four digits', ['+5492901412345', '+542901412345', '+54290115412345', '+549290115412345']],
    ['Benin', ['+2290197123456', '+22997123456']],
    ['Côte d’Ivoire, Orange', ['+2250707123456', '+22507123456']],
    ['Côte d’Ivoire, MTN', ['+2250545123456', '+22545123456']],
    ['Côte d’Ivoire, Moov', ['+2250140123456', '+22540123456']],
  ])('are the same from each of them: %s', (_name, spellings) => {
    for (const each of spellings) {
      expect(phoneSpellings(each)[0]).toBe(each);
      expect(phoneSpellings(each).sort()).toEqual([...spellings].sort());
    }
  });

  it.each([
    ['France', '+33612345678'],
    ['the United States', '+15551234567'],
    ['a landline in Brazil', '+553133334444'],
    ['a Brazilian number of 9 that has no former spelling', '+5511945671234'],
    ['a landline in Côte d’Ivoire', '+2252722123456'],
    ['a number of another operator than its digits say', '+2250507123456'],
    ['too few digits', '+5255123'],
    ['too many digits', '+52155123456789'],
  ])('is one alone: %s', (_name, phone) => {
    expect(phoneSpellings(phone)).toEqual([phone]);
  });
});
