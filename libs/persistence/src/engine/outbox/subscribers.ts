import { FALLBACKS } from './fallbacks.subscriber.js';
import { RESENDS } from './resends.subscriber.js';
import { SENDER_REPORTS } from './sender-reports.subscriber.js';
import { STATUS_POLLS } from './status-polls.subscriber.js';
import { SubscriberRegistry } from './subscriber-registry.js';
import { TENANT_FAILURES } from './tenant-failures.subscriber.js';

/** All who hear what becomes of messages. A new one is a file (see subscriber.ts) and its line here. */
export const SUBSCRIBERS = new SubscriberRegistry([FALLBACKS, RESENDS, SENDER_REPORTS, STATUS_POLLS, TENANT_FAILURES]);
