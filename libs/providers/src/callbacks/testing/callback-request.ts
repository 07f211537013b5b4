import type { CallbackRequest } from '../../callback.js';

interface Given {
  method?: 'GET' | 'POST';
  url?: string;
  headers?: Record<string, string>;
  body?: string | Buffer | object;
  receivedAt?: Date;
}

/** A request of a vendor; an object as body is sent as JSON. */
export function callbackRequest({ method = 'POST', url, headers = {}, body = '', receivedAt }: Given): CallbackRequest {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  return {
    method,
    url: new URL(url ?? 'https://outbell.example.com/callbacks/vendor/1'),
    headers,
    body: Buffer.from(isText ? body : JSON.stringify(body)),
    receivedAt: receivedAt ?? new Date(),
  };
}

/** For readers that may fetch nothing. */
export const OFFLINE = {
  fetchText: async (url: URL): Promise<string> => Promise.reject(new Error(`nothing may be fetched: ${url.host}`)),
};
