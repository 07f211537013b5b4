import http from 'node:http';
import https from 'node:https';
import type { VendorAgents } from './vendor-agents.js';
import { vendorUrl } from './vendor-url.js';

/** The longest answer that is read, in bytes. */
export const LONGEST_ANSWER = 1_000_000;

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: URL;
  headers?: Record<string, string>;
  /** Texts go as UTF-8. */
  body?: string | Buffer;
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/**
 * One request to a vendor that has no SDK, or whose SDK takes no agent. Follows no redirect.
 *
 * @throws Node's errors, and `EMSGSIZE` for an answer that does not end
 */
export function httpRequest({ method, url, headers, body }: HttpRequest, agents: VendorAgents): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? undefined : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...length } };
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...options, agent: agents.https })
        : http.request(url, { ...options, agent: agents.http });
    request.once('error', reject);
    request.once('response', (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      read(response)
        .then((text) => resolve({ status, headers: answered, text }))
        .catch(reject);
    });
    request.end(body);
  });
}

/** Requests to one vendor. */
export type Requester = (path: string, request: Omit<HttpRequest, 'url'>) => Promise<HttpAnswer>;

/**
 * Makes requests to paths below one URL.
 *
 * @param headers of each request
 */
export function requesterAt(baseUrl: string, agents: VendorAgents, headers: Record<string, string> = {}): Requester {
  return (path, request) =>
    httpRequest({ ...request, url: vendorUrl(baseUrl, path), headers: { ...headers, ...request.headers } }, agents);
}

async function read(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw Object.assign(new Error('the answer does not end'), { code: 'EMSGSIZE' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
