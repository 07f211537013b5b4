import { describe, expect, it } from 'vitest';
import { optOutWordOf } from './stop-words.js';

describe('optOutWordOf', () => {
  it.each(
    `STOP|stop| Stop! |STOPALL|STOP ALL|unsubscribe|Cancel|END|quit|REVOKE|OPTOUT|OPT OUT|opt-out
Opt out.|Stop promotions|ARRÊT|arret|ARRETEZ|Désabonner|me désabonner|STOP SMS|STOP PUB|Stopp.
Abmelden|abbestellen|BAJA|Alto|dar de baja|PARAR|Sair|descadastrar|fermare|basta|Cancellami|afmelden
uitschrijven|sluta|avregistrera|AVSLUTT|afmeld|Lopeta|PERU|wypisz|rezygnuję|ODHLÁSIT|odhlásiť
leiratkozás|dezabonare|стоп|СТОП|СПРИ|отписаться|Не пишите|відписатися|στοπ|ΣΤΑΜΑΤΗΣΤΕ|διαγραφή
odjava|zaustavi|престани|ustavi|lõpeta|apturēt|atsisakau|RET|ret|iptal|İPTAL|DURDUR|çık|ÇIKIŞ
berhenti|UNREG|batal|hinto|acha|dừng|DUNG|TC|Từ chối|הסר|הסירו|הפסיקו|עצור|תפסיקו|די|توقف|أوقف|إلغاء
الغاء|إيقاف|إلغاء الاشتراك|لغو|لغو11|لغو ۱۱|لغو اشتراک|بند کریں|روکیں|रोकें|बंद करें|বন্ধ করুন|หยุด
ยกเลิก|중지|수신거부|그만|취소|停止|退订|退訂|取消订阅|TD|td|拒收|配信停止|やめてください|ストップ|解除`.split(/[|\n]/),
  )('takes %s for STOP', (text) => {
    expect(optOutWordOf(text)).toBe('stop');
  });

  it.each([
    ['spaces of no width', 'S\u200BT\u200CO\u200DP\uFEFF'],
    ['soft hyphens', 'ST\u00ADOP'],
    ['marks of direction', '\u202ASTOP\u202C\u200E'],
    ['isolates', '\u2067הסר\u2069'],
    ['word joiners', 'STOP\u2060'],
    ['a space that does not break', '\u00A0STOP\u00A0'],
    ['other spaces', '\u3000stop\u2009all\u2003'],
    ['variation selectors', 'STOP\uFE0F'],
    ['a filler', 'STOP\u3164'],
    ['lines', '\r\nSTOP\r\n\r\n'],
    ['quotes', '“STOP”'],
    ['guillemets', '«STOP»'],
    ['exclamation', '¡¡BAJA!!'],
    ['emoji', '🛑 STOP 🙏🏽'],
    ['joined emoji', 'STOP 👨‍👩‍👧'],
    ['full width', 'ＳＴＯＰ'],
    ['letters of mathematics', '𝐒𝐓𝐎𝐏'],
    ['letters in circles', 'ⓈⓉⓄⓅ'],
    ['a Turkish capital', 'İPTAL ET'],
    ['a Turkish small letter', 'ÇIKIŞ'],
    ['accents of their own', 'arre\u0302t'],
    ['vowels in Arabic', 'تَوَقَّفْ'],
    ['a stretched word', 'توقــــف'],
    ['vowels in Hebrew', 'הָסֵר'],
    ['a stretched vowel', 'STOOOOP!'],
    ['a stretched end', 'stopppp'],
    ['a stretched word of another language', 'BASTAAA'],
    ['a stretched word among others', 'STOPPP SMS'],
    ['a sign alone', '🛑'],
    ['signs', ' 🛑🛑\uFE0F! '],
    ['what Turkey says', 'RED'],
    ['letters one by one', 'S.T.O.P.'],
    ['letters with spaces', 'S T O P'],
    ['repetition', 'STOP STOP stop!'],
    ['another one', 'STOP / END'],
    ['others', 'Stop, unsubscribe, cancel'],
    ['what an advertisement says', '무료수신거부'],
    ['what one says in China', '回T退订'],
    ['a slip', 'unsubcribe'],
    ['a courtesy', 'Please STOP'],
    ['a courtesy after it', 'stop, thank you'],
    ['a French courtesy', 'STOP s’il vous plaît'],
    ['a German courtesy', 'Bitte abmelden, danke'],
    ['a number', 'STOP 36180'],
    ['a number in parts', 'STOP 36 180'],
    ['a number of a country', 'STOP +33612345678'],
    ['a number and its word', 'STOP AU 36180'],
    ['a number without a space', 'STOP36180'],
    ['a phrase and a number', 'STOP SMS 36180'],
    ['a number and a courtesy', 'STOP au 36 180 svp'],
    ['a number in Arabic', 'توقف ٧٠٠١'],
  ])('takes it for STOP with %s', (_name, text) => {
    expect(optOutWordOf(text)).toBe('stop');
  });

  it.each([
    'START',
    'unstop',
    'Yes',
    'YES!',
    'Start please',
    'opt-in',
    'ALTA',
    'anmelden',
    'Старт',
    '开始',
    'başla',
    'התחל',
  ])('takes %s for START', (text) => {
    expect(optOutWordOf(text)).toBe('start');
  });

  it.each([
    '',
    ' ',
    '!!!',
    "please don't stop",
    'do not stop',
    'stop by at 5',
    'Stop by at five',
    'stop at 5',
    'stop 5',
    'nonstop',
    'bus stop',
    'the end',
    'End of the month?',
    'Can you cancel my appointment tomorrow?',
    'cancel 4711',
    'cancel my order',
    'end 2026',
    'quit 12345',
    'I will stop now and call you back',
    'weekend',
    'stopped',
    'yes please',
    'yes I can',
    'Ja',
    'oui',
    'Si',
    'ok',
    'no',
    'please',
    'thank you',
    'The bus does not stop here anymore',
    'sortir',
    'para mañana',
    'Seis',
    'red please',
    'Red or blue?',
    'n',
    'R',
    'ttt',
    'stoop',
    'nooo',
    '🛑 road closed',
    '🚌',
    'Stad',
    'Ich möchte meinen Termin abmelden',
    'Ne t’arrête pas',
    'ドアを停止線の前',
    '我不想停止',
    'रकम',
    'stop '.repeat(100),
    'a'.repeat(100_000),
  ])('takes %j for neither', (text) => {
    expect(optOutWordOf(text)).toBeNull();
  });
});
