import Negotiator from 'negotiator';
import { PAGE_TEXTS, type PageLanguage } from './page-texts.js';

const LANGUAGES = Object.keys(PAGE_TEXTS) as PageLanguage[];

/** Places where Chinese is written in traditional characters, and the name of that script. */
const TRADITIONAL = /-(?:hant|tw|hk|mo)\b/i;

/**
 * The language of a page.
 *
 * @param known locales that are known of the reader, the surest first (`fr-CA`, `pt_BR`)
 * @param accepted the browser's `Accept-Language`, which counts where none of those is spoken here
 */
export function pageLanguage(known: readonly (string | null)[], accepted: string | undefined): PageLanguage {
  const spoken = known.map((locale) => (locale === null ? undefined : spokenAs(locale)));
  const wanted = new Negotiator({ headers: { 'accept-language': accepted ?? 'en' } }).languages();
  return [...spoken, ...wanted.map(spokenAs)].find((language) => language !== undefined) ?? 'en';
}

function spokenAs(locale: string): PageLanguage | undefined {
  const tag = locale.replaceAll('_', '-');
  const [language = ''] = tag.toLowerCase().split('-');
  if (language === 'zh' && TRADITIONAL.test(tag)) return 'zh-Hant';
  // Hebrew has an older code too.
  return LANGUAGES.find((spoken) => spoken === (language === 'iw' ? 'he' : language));
}
