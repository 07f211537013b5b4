import { simpleParser } from 'mailparser';

export interface MailSummary {
  subject: string;
  /** As written in the From header */
  from: string;
}

export interface MailContent extends MailSummary {
  to: string;
  /** In their order, unfolded, not decoded */
  headers: { name: string; value: string }[];
  /** With inline images in it as data URLs */
  html: string | null;
  text: string | null;
  attachments: { filename: string | null; content_type: string; size: number }[];
  /** As it came over the wire; in hex what is no text */
  source: string;
}

const END_OF_HEADERS = '\r\n\r\n';

/** Reads only the headers of a mail: enough for a list. */
export async function readSummary(raw: Buffer): Promise<MailSummary> {
  const end = raw.indexOf(END_OF_HEADERS);
  const { subject, from } = await simpleParser(end < 0 ? raw : raw.subarray(0, end + END_OF_HEADERS.length));
  return { subject: subject ?? '', from: from?.text ?? '' };
}

/** Reads a whole mail. */
export async function readMail(raw: Buffer): Promise<MailContent> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true });
  return {
    subject: mail.subject ?? '',
    from: mail.from?.text ?? '',
    to: [mail.to ?? []]
      .flat()
      .map(({ text }) => text)
      .join(', '),
    headers: mail.headerLines.map(({ line }) => readHeader(line)),
    html: typeof mail.html === 'string' ? mail.html : null,
    text: mail.text ?? null,
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? null,
      content_type: contentType,
      size,
    })),
    source: raw.toString(),
  };
}

function readHeader(line: string): { name: string; value: string } {
  const colon = line.indexOf(':');
  return {
    name: line.slice(0, colon),
    value: line
      .slice(colon + 1)
      .replace(/\r?\n\s*/g, ' ')
      .trim(),
  };
}
