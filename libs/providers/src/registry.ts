import type { Channel } from '@outbell/shared/constants/channels.js';
import { ResendProvider } from './resend/resend.provider.js';
import { SendGridProvider } from './sendgrid/sendgrid.provider.js';
import { SesProvider } from './ses/ses.provider.js';
import { SmtpProvider } from './smtp/smtp.provider.js';
import type { ProviderType } from './provider.js';
import { FcmProvider } from './fcm/fcm.provider.js';
import { WebPushProvider } from './web-push/web-push.provider.js';
import { SmsMobileApiProvider } from './smsmobileapi/smsmobileapi.provider.js';
import { SnsProvider } from './sns/sns.provider.js';
import { TwilioProvider } from './twilio/twilio.provider.js';
import { VoicePartnerProvider } from './voice-partner/voice-partner.provider.js';
import { TwilioWhatsAppProvider } from './twilio/twilio-whatsapp.provider.js';
import { WhatsAppCloudProvider } from './whatsapp-cloud/whatsapp-cloud.provider.js';
import { BaileysProvider } from './baileys/baileys.provider.js';

/** The vendors that a process can speak to. */
export class ProviderRegistry {
  constructor(readonly all: readonly ProviderType[]) {}

  /** The provider of that name, if there is one and it serves that channel. */
  find(channel: Channel, name: string): ProviderType | undefined {
    return this.all.find((provider) => provider.channel === channel && provider.providerName === name);
  }

  /** All providers of a channel: what a connection of it may name. */
  typesOf(channel: Channel): ProviderType[] {
    return this.all.filter((provider) => provider.channel === channel);
  }
}

/**
 * Every vendor of this release. A new one is its folder and one line here. The installation's own connections are tried
 * in this order.
 */
export const PROVIDERS = new ProviderRegistry([
  entry(SesProvider),
  entry(SendGridProvider),
  entry(ResendProvider),
  entry(SmtpProvider),
  entry(SmsMobileApiProvider),
  entry(SnsProvider),
  entry(TwilioProvider),
  entry(TwilioWhatsAppProvider),
  entry(WhatsAppCloudProvider),
  entry(FcmProvider),
  entry(WebPushProvider),
  entry(VoicePartnerProvider),
  entry(BaileysProvider),
]);

/** The list forgets which credentials each takes; whoever makes one has checked them against its `Credentials`. */
export function entry<C extends object>(provider: ProviderType<C>): ProviderType {
  return provider as unknown as ProviderType;
}
