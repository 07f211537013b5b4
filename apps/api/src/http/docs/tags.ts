import type { OpenAPIObject } from '@nestjs/swagger';

/** The groups of operations, in the order in which they are shown. */
const TAGS = [
  { name: 'messages', description: 'Send messages, read what became of them, and why.' },
  { name: 'templates', description: 'Content with variables, in versions.' },
  { name: 'senders', description: 'Who messages come from.' },
  { name: 'contacts', description: 'People who can be messaged, and their devices.' },
  { name: 'suppressions', description: 'Addresses that nothing, or no bulk, may be sent to.' },
  { name: 'connections', description: 'The accounts at providers that messages go through.' },
  { name: 'whatsapp-sessions', description: 'Telephones whose WhatsApp is linked (unofficial).' },
  { name: 'keys', description: 'API keys: what each may do, and how often.' },
  { name: 'tenant', description: 'The account that the key is of.' },
  { name: 'callbacks', description: 'For vendors: receipts, bounces, complaints, opt-outs.' },
  { name: 'unsubscribe', description: 'For recipients: the page behind unsubscribe links.' },
  { name: 'problems', description: 'What the codes of errors mean.' },
  { name: 'health', description: 'For whoever runs the installation.' },
];

/** Puts the groups into their order, and the paths into that of their groups. */
export function orderByTag(document: OpenAPIObject): void {
  const rank = (path: OpenAPIObject['paths'][string]): number => {
    const { tags } = path.get ?? path.post ?? path.patch ?? path.delete ?? {};
    const at = TAGS.findIndex(({ name }) => name === tags?.[0]);
    return at === -1 ? TAGS.length : at;
  };
  document.tags = TAGS;
  document.paths = Object.fromEntries(Object.entries(document.paths).sort(([, a], [, b]) => rank(a) - rank(b)));
}
