import type { WASocket } from 'baileys';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Handed } from './ack.policy.js';

/** One attempt to send, known to what Baileys calls on its behalf. */
interface Ticket {
  /** How often Baileys asked what to send. */
  asked: number;
  /** Nobody waits for it any more: it must not be handed over now. */
  over: boolean;
}

const current = new AsyncLocalStorage<Ticket>();

/**
 * Baileys' `patchMessageBeforeSending`: changes nothing, but tells how far an attempt has come, and ends one that is
 * over.
 */
export function watchHandingOver<M>(message: M): M {
  const ticket = current.getStore();
  if (ticket?.over) throw new Error('too late');
  if (ticket) ticket.asked += 1;
  return message;
}

/**
 * Tells whether WhatsApp may have it: Baileys asks once for the message as such, looks up the recipient's devices, then
 * asks for each kind of device, encrypts and hands over.
 */
function handedOver({ asked }: Ticket): boolean {
  return asked > 1;
}

export interface OutgoingText {
  jid: string;
  text: string;
  /** At WhatsApp; the server's ack carries it. */
  id: string;
}

/**
 * Hands a message over and waits for the server's ack: that alone says that it was taken.
 *
 * @param broken resolves when the connection ends
 */
export async function handOver(
  socket: Pick<WASocket, 'ws' | 'sendMessage'>,
  { jid, text, id }: OutgoingText,
  broken: Promise<unknown>,
  timeoutMs: number,
): Promise<Handed> {
  const ticket: Ticket = { asked: 0, over: false };
  const tag = `TAG:${id}`;
  let timer: NodeJS.Timeout | undefined;
  let answered: ((frame: Frame) => void) | undefined;
  try {
    return await new Promise<Handed>((resolve) => {
      answered = (frame) => resolve({ kind: 'acked', error: frame.tag === 'ack' ? frame.attrs.error : undefined });
      socket.ws.on(tag, answered);
      timer = setTimeout(() => resolve({ kind: 'silent', handedOver: handedOver(ticket) }), timeoutMs);
      void broken.then(() => resolve({ kind: 'broken', handedOver: handedOver(ticket) }));
      // No preview: Baileys would fetch whatever the text links to.
      const content = { text, linkPreview: null };
      const sending = current.run(ticket, () => socket.sendMessage(jid, content, { messageId: id }));
      // Thrown after the handing-over (a key could not be stored), it says nothing: the ack does.
      sending.catch(() => {
        if (!handedOver(ticket)) resolve({ kind: 'failed', handedOver: false });
      });
    });
  } finally {
    ticket.over = true;
    clearTimeout(timer);
    if (answered) socket.ws.off(tag, answered);
  }
}

interface Frame {
  tag: string;
  attrs: { error?: string };
}
