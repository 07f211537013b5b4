import type { CodeMeaning } from './problem-meaning.js';

/** The stable codes of single fields in `errors`, beside those of problems. */
export const FIELD_CODES = {
  required: { meaning: 'The field is missing or null.', mend: 'Give it.' },
  unknown_property: { meaning: 'There is no such field here.', mend: 'Correct its name, or leave it out.' },
  wrong_type: { meaning: 'The value is of another JSON type.', mend: 'Send the type that the message names.' },
  wrong_format: { meaning: 'The value is written in another form.', mend: 'Write it as the message shows.' },
  too_short: { meaning: 'The text or list is too short.', mend: 'The message names the least length.' },
  too_long: { meaning: 'The text, list or object is too long.', mend: 'The message names the greatest length.' },
  out_of_range: { meaning: 'The number or time is outside its bounds.', mend: 'The message names the bounds.' },
  not_allowed: { meaning: 'The value is not one of those allowed here.', mend: 'The message says what is.' },
  duplicate: { meaning: 'A value is given more than once.', mend: 'Give each once.' },
  invalid: { meaning: 'The value breaks a rule that has no code of its own.', mend: 'The message says which.' },
} as const satisfies Record<string, CodeMeaning>;
export type FieldCode = keyof typeof FIELD_CODES;
