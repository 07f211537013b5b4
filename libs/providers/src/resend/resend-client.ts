import type { Resend } from 'resend';
import { type HttpAnswer, httpRequest } from '../http/http-request.js';
import type { VendorAgents } from '../http/vendor-agents.js';
import { vendorUrl } from '../http/vendor-url.js';
import { jsonFields, textOf } from '../json.js';
import { RESEND_URL, type ResendCredentials } from './resend.credentials.js';

/** Answer of a call, as the SDK types it. */
type Fetched<T> = (
  { data: T; error: null } | { data: null; error: { name: never; message: string; statusCode: number | null } }
) & { headers: Record<string, string> | null };

/**
 * The SDK, with its requests going over our agents: its own `fetch` takes none, and hides whether a request broke off
 * before or after it was sent. What it writes and reads is its own.
 *
 * @throws from its calls: Node's errors, which the SDK would else make an answer of
 */
export async function resendClient(
  { api_key: key, base_url: baseUrl = RESEND_URL }: ResendCredentials,
  agents: VendorAgents,
): Promise<Resend> {
  const sdk = await import('resend');
  class AgentResend extends sdk.Resend {
    override async fetchRequest<T>(path: string, options: Partial<RequestInit> = {}): Promise<Fetched<T>> {
      const request = {
        method: options.method as 'GET' | 'POST',
        url: vendorUrl(baseUrl, path),
        headers: Object.fromEntries(new Headers(options.headers)),
        ...(typeof options.body === 'string' && { body: options.body }),
      };
      return fetched<T>(await httpRequest(request, agents));
    }
  }
  return new AgentResend(key, { baseUrl });
}

function fetched<T>({ status, headers: received, text }: HttpAnswer): Fetched<T> {
  const headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)]));
  const body = jsonFields(text);
  if (status >= 200 && status < 300) return { data: body as T, error: null, headers };
  // An answer that is not Resend's own names nothing.
  const [name, message] = [textOf(body['name']) ?? '', textOf(body['message']) ?? ''];
  return { data: null, error: { name: name as never, message, statusCode: status }, headers };
}
