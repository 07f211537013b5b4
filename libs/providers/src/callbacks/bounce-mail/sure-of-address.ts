import { isGeneralStatus } from './status-codes.js';

export interface AddressEvidence {
  /** All that is said: lower case, addresses as `@`. */
  words: string;
  /** Of the dialogue, as far as it is told. */
  stage: string | undefined;
  /** Of RFC 3463: the report's field, and in words. */
  codes: readonly (string | undefined)[];
  /** Of RFC 5321. */
  basic: string | undefined;
}

/**
 * Whether an address that is called unknown is: by a code that says just that, by an answer to RCPT TO, or by the word of the very server
 * that wrote the report. After the message, or under a code of something else, filters say the same of addresses that are alive.
 */
export function isSureOfAddress({ words, stage, codes, basic }: AddressEvidence): boolean {
  if (stage === 'rcpt to' || codes.some((code) => code !== undefined && /^\d\.1\./.test(code))) return true;
  if (SURE_OF_ADDRESS.some((said) => said.test(words))) return true;
  return (
    stage === undefined && basic === undefined && codes.every((code) => code === undefined || isGeneralStatus(code))
  );
}

/** What large providers say of addresses that do not exist, under whatever code and at whatever stage. */
const SURE_OF_ADDRESS = [
  // Yahoo and AOL.
  /this user doesn't have an? [\w.-]+ account/,
  // Hotmail.
  /mailbox unavailable \([\w:-]+\)/,
  // Exchange Online.
  /recipient address rejected: access denied/,
  // Orange and La Poste.
  /destinataire invalide/,
  // KDDI: without the address, a filter said so.
  /550 <@>: user unknown/,
  // Messagelabs.
  /542 @ rejected/,
  // Postfix.
  /user unknown in (?:local|virtual|relay) \w+ table/,
  // The program that puts mail into a mailbox.
  /\bmail\.local: unknown user/,
];
