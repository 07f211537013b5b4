import { SubscriberRegistry } from './subscriber-registry.js';

/** All who hear what becomes of messages. A new one is a file (see subscriber.ts) and its line here. */
export const SUBSCRIBERS = new SubscriberRegistry([]);
