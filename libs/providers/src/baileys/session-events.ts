import type * as baileysModule from 'baileys';
import type { WAMessage, WAMessageKey, WAMessageUpdate, WASocket } from 'baileys';
import type { DeliveryEvent } from '../callback.js';
import { timeOfSeconds } from '../callbacks/callback-time.js';
import { factId, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { optOutEvent } from '../callbacks/opt-out-event.js';
import { optOutWordOf } from '../callbacks/stop-words.js';

type Baileys = typeof baileysModule;

/** WhatsApp's `WebMessageInfo.Status`: on the telephone, read, and listened to. */
const KINDS: Readonly<Record<number, 'delivered' | 'opened'>> = { 3: 'delivered', 4: 'opened', 5: 'opened' };

/**
 * Reads what became of messages that this account sent.
 *
 * @param messageIdOf ours, of an id at WhatsApp, as long as it is remembered
 */
export function receiptsIn(
  updates: WAMessageUpdate[],
  messageIdOf: (id: string) => string | undefined,
): DeliveryEvent[] {
  return updates.flatMap(({ key, update: { status, messageTimestamp } }) => {
    const kind = KINDS[status ?? 0];
    const id = vendorIdOf(key.id);
    if (kind === undefined || id === undefined || !key.fromMe) return [];
    return [
      {
        channel: 'whatsapp',
        eventId: `${id}:${kind}`,
        kind,
        at: timeOfSeconds(Number(messageTimestamp)),
        messageId: messageIdOf(id),
        providerMessageId: id,
      },
    ];
  });
}

/** Reads who has written STOP or START, and nothing else. Whatever else people write to the account is left alone. */
export async function optOutsIn(messages: WAMessage[], baileys: Baileys, socket: WASocket): Promise<DeliveryEvent[]> {
  const told = messages.map(async ({ key, message, messageTimestamp }): Promise<DeliveryEvent[]> => {
    const word = key.fromMe ? null : optOutWordOf(textOf(message, baileys));
    if (word === null) return [];
    const from = await writerOf(key, baileys, socket);
    const at = timeOfSeconds(Number(messageTimestamp));
    // Whoever has no number that is known here is named by the hidden one.
    const vendorId = from === undefined ? vendorIdOf(key.remoteJid) : undefined;
    const id = factId(from ?? vendorId, key.id ?? '');
    return [optOutEvent(word, { channel: 'whatsapp', at, id, from, vendorId })];
  });
  return (await Promise.all(told)).flat();
}

function textOf(message: WAMessage['message'], { normalizeMessageContent }: Baileys): string {
  const content = normalizeMessageContent(message);
  const pressed =
    content?.buttonsResponseMessage?.selectedDisplayText ?? content?.templateButtonReplyMessage?.selectedDisplayText;
  return content?.conversation ?? content?.extendedTextMessage?.text ?? pressed ?? '';
}

/**
 * Finds the writer's number. WhatsApp names people by it or by a hidden one (`lid`), to which it tells the number
 * beside it or told it before.
 */
async function writerOf(
  { remoteJid, remoteJidAlt }: WAMessageKey,
  { isPnUser, jidDecode }: Baileys,
  socket: WASocket,
): Promise<string | undefined> {
  const known = [remoteJid, remoteJidAlt].find((jid) => isPnUser(jid ?? undefined));
  const found = known ?? (remoteJid && (await socket.signalRepository.lidMapping.getPNForLID(remoteJid)));
  return phoneOf(jidDecode(found ?? undefined)?.user);
}
