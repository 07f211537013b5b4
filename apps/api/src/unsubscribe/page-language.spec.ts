import { describe, expect, it } from 'vitest';
import { pageLanguage } from './page-language.js';
import { PAGE_TEXTS } from './page-texts.js';

describe('pageLanguage', () => {
  it.each<[(string | null)[], string | undefined, string]>([
    [['fr-CA', 'de'], 'es', 'fr'],
    [[null, 'de_AT'], 'es', 'de'],
    [['fi', null], 'es-MX,en;q=0.5', 'es'],
    [[null, null], 'sv, nl;q=0.4, it;q=0.9', 'it'],
    [[null], 'pt-BR', 'pt'],
    [['zh-TW'], undefined, 'zh-Hant'],
    [['zh-Hans-CN'], undefined, 'zh'],
    [['iw'], undefined, 'he'],
    [['toString'], 'constructor', 'en'],
    [[], 'fi', 'en'],
    [[], '*', 'en'],
    [[], undefined, 'en'],
    [[], 'de;q=0, fr', 'fr'],
    [[], ';;;q=x,,', 'en'],
  ])('of %j and %j is %s', (known, accepted, language) => {
    expect(pageLanguage(known, accepted)).toBe(language);
  });
});

it('says everything in every language', () => {
  const keys = Object.keys(PAGE_TEXTS.en).sort();
  for (const [language, texts] of Object.entries(PAGE_TEXTS)) {
    const said = Object.entries(texts).filter(([key]) => key !== 'rtl');
    expect(said.map(([key]) => key).sort(), language).toEqual(keys);
    expect(
      said.every(([, text]) => typeof text === 'string' && text.trim() !== ''),
      language,
    ).toBe(true);
  }
});
