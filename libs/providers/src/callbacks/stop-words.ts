/**
 * What people write to be left alone, by language: alone in a message, in any case. The English ones are what carriers in the United States
 * and Twilio act upon.
 */
const STOP_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: ['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'optout', 'opt out', 'opt-out', 'revoke'],
  fr: ['arret', 'arreter', 'desabonner', 'desinscrire', 'desinscription', 'stop sms'],
  de: ['stopp', 'abmelden', 'abbestellen', 'austragen'],
  es: ['parar', 'baja', 'cancelar', 'detener'],
  pt: ['pare', 'sair', 'descadastrar'],
  it: ['fermare', 'cancella', 'disiscrivi', 'annulla'],
  nl: ['afmelden', 'uitschrijven'],
  sv: ['avsluta', 'avregistrera'],
  da: ['afmeld'],
  pl: ['wypisz', 'rezygnuje'],
  ru: ['стоп', 'отписаться'],
  ja: ['停止', '配信停止'],
  zh: ['停止', '退订', 'td'],
  ar: ['توقف', 'الغاء'],
};

/** What takes it back. Recognised so that it is nothing else; a person who was suppressed is not written to again for one word. */
const START_WORDS = ['start', 'unstop', 'yes', 'subscribe'];

const STOP = new Set(Object.values(STOP_WORDS).flat());
const START = new Set(START_WORDS);

export type OptOutWord = 'stop' | 'start';

/** Whether a message is one of these words and nothing else: "stop by at five" is none. Accents and punctuation at the ends do not count. */
export function optOutWordOf(text: string): OptOutWord | null {
  if (text.length > 100) return null;
  const word = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, '');
  if (STOP.has(word)) return 'stop';
  return START.has(word) ? 'start' : null;
}
