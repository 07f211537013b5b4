import { parseHeaders } from './mime-part.js';

/** Part of a report (RFC 3464) about one recipient. Texts are as the reporting server wrote them. */
export interface RecipientStatus {
  /** Whom it was for in the end, or at first. */
  recipient: string | undefined;
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`; lower case. */
  action: string | undefined;
  /** RFC 3463: `5.1.1`. */
  status: string | undefined;
  diagnostic: string;
}

/** Fields of which a recipient has one: a second one begins the next recipient, where no blank line does. */
const ONE_EACH = /^(?:final-recipient|action|status)$/;

/** @param text the content of a message/delivery-status, or of a text that looks like one */
export function parseDeliveryStatus(text: string): RecipientStatus[] {
  const all = text
    .split(/\n[ \t]*\n/)
    .flatMap(recipientsOf)
    .map(parseHeaders)
    .filter((fields) => ['final-recipient', 'original-recipient', 'action'].some((name) => fields.has(name)))
    .map(statusOf);
  // A block that names nobody is about the message, if others do.
  return all.some(({ recipient }) => recipient !== undefined)
    ? all.filter(({ recipient }) => recipient !== undefined)
    : all;
}

/** One block, cut where a field comes again. */
function recipientsOf(block: string): string[] {
  const groups: string[][] = [[]];
  const seen = new Set<string>();
  for (const line of block.split('\n')) {
    const name = /^([\w-]+)[ \t]*:/.exec(line)?.[1]?.toLowerCase();
    if (name !== undefined && ONE_EACH.test(name)) {
      if (seen.has(name)) {
        groups.push([]);
        seen.clear();
      }
      seen.add(name);
    }
    groups.at(-1)?.push(line);
  }
  return groups.map((lines) => lines.join('\n'));
}

function statusOf(fields: Map<string, string[]>): RecipientStatus {
  const field = (name: string): string | undefined => fields.get(name)?.[0];
  const diagnostic = (fields.get('diagnostic-code') ?? []).join(' ').replace(/^\s*[\w-]+\s*;\s*/, '');
  return {
    recipient: recipientIn(field('final-recipient'), field('original-recipient')),
    action: /^[a-z]+/i.exec(field('action') ?? '')?.[0].toLowerCase(),
    status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(field('status') ?? '')?.[0],
    diagnostic,
  };
}

/**
 * Out of `rfc822; <kate@example.com>`. A final one may be a machine's own (`@relay:kate@store`): the original one is
 * better then.
 */
function recipientIn(...values: readonly (string | undefined)[]): string | undefined {
  const texts = values.flatMap((value) => value?.replace(/^\s*[\w-]+\s*;/, '') ?? []);
  const complete = texts.flatMap((text) => /[^\s<>;:,"'@]{1,100}@[\w-]+\.[\w.-]*\w/.exec(text)?.[0] ?? []);
  return complete[0] ?? texts.flatMap((text) => /[^\s<>;:,"'@]{1,100}@[\w-]+/.exec(text)?.[0] ?? [])[0];
}
