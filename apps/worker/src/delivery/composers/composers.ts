import { isRecording } from '@outbell/channels/voice.js';
import { Injectable } from '@nestjs/common';
import type { RenderedContent } from '@outbell/content/compiled-template.js';
import { RenderError } from '@outbell/content/render-error.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { Expiry, Outgoing } from '@outbell/providers/provider.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { EmailComposer } from './email.composer.js';

type Compose<C extends Channel = Channel> = (
  message: ClaimedMessage,
  content: RenderedContent,
) => Extract<Outgoing, { channel: C }>;

/** Puts content, sender and recipient together to what the providers of a channel take. */
@Injectable()
export class Composers {
  private readonly byChannel: { [C in Channel]: Compose<C> };

  constructor(email: EmailComposer) {
    this.byChannel = {
      email: (message, content) => email.compose(message, content),
      sms: composeSms,
      whatsapp: composeWhatsApp,
      push: composePush,
      voice: composeVoice,
    };
  }

  /** @throws {RenderError} when the content is none for the channel */
  compose(message: ClaimedMessage, content: RenderedContent): Outgoing {
    return this.byChannel[message.channel](message, content);
  }
}

const composeSms: Compose<'sms'> = (message, { text }) => ({
  channel: 'sms',
  ...addressed(message),
  text: readable(text),
  expires: expiryOf(message),
});

/** A text, or a template of WhatsApp's own. */
const composeWhatsApp: Compose<'whatsapp'> = (message, { text }) => {
  const template = message.content?.whatsapp_template;
  const said = template ? '' : readable(text);
  return { channel: 'whatsapp', ...addressed(message), text: said, template, expires: expiryOf(message) };
};

/** The subject is its title; only what is of high priority wakes the device. */
const composePush: Compose<'push'> = (message, { subject, text }) => ({
  channel: 'push',
  messageId: message.id,
  to: message.recipient,
  title: subject,
  text: readable(text),
  data: message.content?.data,
  urgent: message.priority === PRIORITY_RANK.high,
  bulk: message.priority === PRIORITY_RANK.bulk,
  expires: expiryOf(message),
});

/** Vendors play recordings: what a message says is the token of one, given inline or rendered by its template. */
const composeVoice: Compose<'voice'> = (message, { text }) => {
  const audio = message.content?.audio ?? text.trim();
  if (!isRecording(audio)) throw new RenderError('no_recording', { part: 'text' });
  return { channel: 'voice', ...addressed(message), audio };
};

function addressed({ id, senderAddress, recipient }: ClaimedMessage) {
  return { messageId: id, from: senderAddress, to: recipient };
}

/** @throws {RenderError} when there is nothing to read in it: a lenient template may render to nothing */
function readable(text: string): string {
  if (text.trim() === '') throw new RenderError('empty_content', { part: 'text' });
  return text;
}

/** When it is worthless, for vendors that take that into account. From the claim to here it takes a moment. */
function expiryOf({ expiresAt, expiresInMs }: ClaimedMessage): Expiry | undefined {
  if (expiresAt === null || expiresInMs === null || expiresInMs === undefined) return undefined;
  return { at: expiresAt, by: performance.now() + expiresInMs };
}
