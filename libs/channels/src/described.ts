import { CHANNELS, type Channel } from '@outbell/shared/constants/channels.js';
import { ADDRESS_KINDS } from './address-kinds.js';
import type { TemplatePart } from './channel-descriptor.js';
import { carries, CHANNEL, type ContentName, saidOf } from './channels.js';

/** Describes a field of content for the API: `Email: its subject. Push: its title.` */
export function describeField(name: ContentName): string {
  return sentences((channel) => (carries(channel, name) ? saidOf(channel, name) : undefined));
}

/** Describes the addresses of all channels: `Email: an address. SMS, WhatsApp, voice: …` */
export function describeAddresses(): string {
  return sentences((channel) => ADDRESS_KINDS[CHANNEL[channel].address]);
}

/** Names the channels whose templates have a part: `Email and push`. */
export function channelsWithPart(part: TemplatePart): string {
  return labels(
    CHANNELS.filter((channel) => CHANNEL[channel].template.carries.includes(part)),
    ' and ',
  );
}

/** A sentence for each thing said, with the channels of which it is said. */
function sentences(said: (channel: Channel) => string | undefined): string {
  const things = [...new Set(CHANNELS.map(said))].filter((thing) => thing !== undefined);
  return things
    .map((thing) => {
      const channels = CHANNELS.filter((channel) => said(channel) === thing);
      return `${labels(channels, ', ')}: ${thing}.`;
    })
    .join(' ');
}

function labels(channels: readonly Channel[], last: string): string {
  const names = channels.map((channel, index) => (index === 0 ? CHANNEL[channel].label : withinSentence(channel)));
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')}${last}${names.at(-1)}`;
}

/** Names that have more than one capital keep them. */
function withinSentence(channel: Channel): string {
  const { label } = CHANNEL[channel];
  return /[A-Z]/.test(label.slice(1)) ? label : label.toLowerCase();
}
