import type { Outcome } from '@outbell/shared/outcome.js';
import { phoneOf, vendorIdOf } from '../callbacks/evidence-fields.js';
import { whatsAppCloudCallbacks } from './whatsapp-cloud.callbacks.js';
import { type HttpAnswer, httpRequest, type HttpRequest, jsonObject } from '../http/http-request.js';
import { unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { vendorUrl } from '../http/vendor-url.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingWhatsApp, Provider, ProviderOptions, Verification } from '../provider.js';
import { GRAPH_URL, GRAPH_VERSION, WhatsAppCloudCredentials } from './whatsapp-cloud.credentials.js';
import { templateOf } from './whatsapp-cloud-template.js';
import { refusedByCloudApi } from './whatsapp-cloud-verdict.js';
import { isVendorId } from '../http/vendor-id.js';

/** A number may send 80 messages in a second. */
const CONCURRENCY = 50;

/** The longest text, in characters. */
const LONGEST_TEXT = 4_096;

/** WhatsApp from Meta itself, by its HTTP API: its SDK for Node is archived. It knows no idempotency key; callbacks carry our id. */
export class WhatsAppCloudProvider implements Provider {
  static readonly providerName = 'whatsapp-cloud';
  static readonly channel = 'whatsapp';
  static readonly Credentials = WhatsAppCloudCredentials;
  static readonly callbacks = whatsAppCloudCallbacks;
  static readonly cannotCarry = ['content_sid'] as const;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();

  constructor(
    private readonly credentials: WhatsAppCloudCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  async send(message: OutgoingWhatsApp): Promise<Outcome> {
    // Surrogate pairs count once: what is a little too long all the same is for WhatsApp to refuse.
    if (!message.template && Array.from(message.text).length > LONGEST_TEXT) {
      return { kind: 'rejected', reason: 'message_too_large' };
    }
    const body = JSON.stringify(bodyOf(message));
    return this.inFlight.track(
      this.call({ method: 'POST', body }, '/messages', (answer) => sentOutcome(answer, message.to)),
    );
  }

  /** Looks at the number that sends. */
  async verify(): Promise<Verification> {
    const outcome = await this.call({ method: 'GET' }, '', (answer) =>
      jsonObject(answer.text)?.['id'] === undefined ? unreadable(answer.status) : { kind: 'sent' },
    );
    return outcome.kind === 'sent' ? { ok: true } : { ok: false, reason: outcome.reason };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(
    request: Pick<HttpRequest, 'method' | 'body'>,
    path: string,
    read: (answer: HttpAnswer) => Outcome,
  ): Promise<Outcome> {
    const { access_token: token, phone_number_id: number, base_url: baseUrl = GRAPH_URL } = this.credentials;
    const { api_version: version = GRAPH_VERSION } = this.credentials;
    const url = vendorUrl(baseUrl, `/${version}/${number}${path}`);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    try {
      const work = () => httpRequest({ ...request, url, headers }, this.agents);
      const answer = await VendorCall.run(this.options.sendTimeoutMs, work);
      return answer.status === 200 ? read(answer) : refusedByCloudApi(answer);
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }
}

function bodyOf({ messageId, to, text, template }: OutgoingWhatsApp): object {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    // Meta's OpenAPI knows our id beside templates only; what became of a text is told by the id that Meta gives it.
    ...(template
      ? { biz_opaque_callback_data: messageId, type: 'template', template: templateOf(template) }
      : { type: 'text', text: { preview_url: false, body: text } }),
  };
}

/** `{messages: [{id: 'wamid…'}], contacts: [{input, wa_id}]}`: `wa_id` is whom WhatsApp takes the number for, and names where the person answers. */
function sentOutcome({ status, text }: HttpAnswer, to: string): Outcome {
  const answer = jsonObject(text);
  const id = firstOf(answer?.['messages'])['id'];
  if (!isVendorId(id)) return unreadable(status);
  const contact = firstOf(answer?.['contacts']);
  const recipientId = phoneOf(contact['wa_id']) ?? vendorIdOf(contact['user_id']);
  return {
    kind: 'sent',
    providerMessageId: id,
    ...(recipientId !== undefined && recipientId !== to && { recipientId }),
  };
}

function firstOf(list: unknown): Record<string, unknown> {
  const [first] = Array.isArray(list) ? (list as unknown[]) : [];
  return typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {};
}
