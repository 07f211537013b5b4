import { Injectable } from '@nestjs/common';
import type { RenderedContent } from '@outbell/content/compiled-template.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { Outgoing } from '@outbell/providers/provider.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { EmailComposer } from './email.composer.js';
import { composePush } from './push.composer.js';
import { composeSms } from './sms.composer.js';
import { composeVoice } from './voice.composer.js';
import { composeWhatsApp } from './whatsapp.composer.js';

type Compose = (message: ClaimedMessage, content: RenderedContent) => Outgoing;

/** Puts content, sender and recipient together to what the providers of a channel take. */
@Injectable()
export class Composers {
  private readonly byChannel: Record<Channel, Compose>;

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
