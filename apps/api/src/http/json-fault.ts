import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';

/** Where reading stops is all that is asked for: nothing after it is looked at. */
class FirstFault extends Error {
  constructor(
    readonly code: ParseErrorCode,
    readonly offset: number,
  ) {
    super();
  }
}

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that is neither true, false nor null',
  InvalidNumberFormat: 'a number that is none',
  PropertyNameExpected: 'where a name in double quotes should be',
  ValueExpected: 'where a value should be',
  ColonExpected: 'where a colon should be',
  CommaExpected: 'where a comma should be',
  CloseBraceExpected: 'where a } should be',
  CloseBracketExpected: 'where a ] should be',
  EndOfFileExpected: 'something after its end',
  InvalidCommentToken: 'a comment, which JSON does not have',
  UnexpectedEndOfComment: 'a comment, which JSON does not have',
  UnexpectedEndOfString: 'a text whose closing quote is missing',
  UnexpectedEndOfNumber: 'a number that is none',
  InvalidUnicode: 'a \\u without four hexadecimal digits',
  InvalidEscapeCharacter: 'a \\ that escapes nothing',
  InvalidCharacter: 'a control character in a text',
};

/**
 * Where a text that JSON.parse refuses stops to be JSON, in words that quote nothing of it.
 *
 * @returns `at line 3, column 7 (character 42): where a comma should be`; empty when that cannot be told
 */
export function jsonFault(text: string): string {
  try {
    visit(text, { onError: stop }, { disallowComments: true, allowTrailingComma: false });
  } catch (fault) {
    // Nested deeper than the stack is high: not told either.
    if (fault instanceof FirstFault) return described(text, fault);
  }
  return '';
}

function stop(code: ParseErrorCode, offset: number): never {
  throw new FirstFault(code, offset);
}

function described(text: string, { code, offset }: FirstFault): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  const name = printParseErrorCode(code);
  const what = offset >= text.length ? 'where it ends too early' : (WORDS[name] ?? name);
  return `at line ${line}, column ${column} (character ${offset + 1}): ${what}`;
}
