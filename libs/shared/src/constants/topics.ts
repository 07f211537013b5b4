import { CHANNELS, type Channel } from './channels.js';
import { LANES, type Lane } from './queues.js';

/** Wake-ups of one lane of a channel: ids of messages that are due. */
export type DeliveryTopic = `deliveries.${Channel}.${Lane}`;

/** Notification events for one channel. */
export type NotificationTopic = `notifications.${Channel}`;

/** Ids of messages of any channel, one by one, from publishers of another system: the stream of that name. */
export const MESSAGE_QUEUE = 'messageQueue';

/** What a broker carries, by the name it has in every broker. */
export type Topic = DeliveryTopic | NotificationTopic | typeof MESSAGE_QUEUE;

export function deliveryTopic<C extends Channel, L extends Lane>(channel: C, lane: L): `deliveries.${C}.${L}` {
  return `deliveries.${channel}.${lane}`;
}

export function notificationTopic<C extends Channel>(channel: C): `notifications.${C}` {
  return `notifications.${channel}`;
}

export const DELIVERY_TOPICS: readonly DeliveryTopic[] = CHANNELS.flatMap((channel) =>
  LANES.map((lane) => deliveryTopic(channel, lane)),
);
export const NOTIFICATION_TOPICS: readonly NotificationTopic[] = CHANNELS.map(notificationTopic);

/** Names the channel of a topic. */
export function channelOf(topic: DeliveryTopic | NotificationTopic): Channel {
  return topic.split('.')[1] as Channel;
}
