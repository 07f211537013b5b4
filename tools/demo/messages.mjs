import { randomUUID } from 'node:crypto';
import { becomesTrue } from '../servers/processes.mjs';

/** @typedef {import('./api.mjs').Api} Api */

const UNDER_WAY = ['queued', 'processing', 'sending'];

/**
 * @param {Api} api
 * @param {object} message
 * @returns {Promise<{ id: string }>}
 */
export function postMessage(api, message) {
  return api.post('/v1/messages', message, { 'idempotency-key': randomUUID() });
}

/**
 * @param {Api} api
 * @param {string} id
 * @param {'sent' | 'delivered'} end
 * @returns {Promise<any>} the message as it is then
 * @throws when it comes to another end, or to none within a minute, with its explanation
 */
export async function waitUntil(api, id, end) {
  const before = end === 'sent' ? UNDER_WAY : [...UNDER_WAY, 'sent'];
  /** @type {any} */
  let message;
  const settled = async () => {
    message = await api.get(`/v1/messages/${id}`);
    return !before.includes(message.status);
  };
  if ((await becomesTrue(settled, 60_000)) && message.status === end) return message;
  const explained = await api.get(`/v1/messages/${id}/explain`);
  throw new Error(`The message is ${message.status}, not ${end}:\n${JSON.stringify(explained, null, 2)}`);
}
