import type { CallbackAnswer, CallbackContext, CallbackRequest } from '../callback.js';
import { isFromSns, type SnsCallbackCredentials, snsEnvelope } from './sns-envelope.js';
import { pathAtSns } from './sns-url.js';

/** Checks notifications of SNS and confirms subscriptions, whatever its messages are about. */
export const snsTopic = {
  signed: true,

  async verify(
    request: CallbackRequest,
    credentials: SnsCallbackCredentials,
    context: CallbackContext,
  ): Promise<boolean> {
    return isFromSns(snsEnvelope(request), credentials, request.receivedAt, context);
  },

  /**
   * Confirms subscriptions to topics that were named, by a call to SNS alone (or who stands in for it): never to where
   * a stranger's envelope leads.
   */
  async answer(
    request: CallbackRequest,
    { topic_arns: topics = [], base_url: standIn }: SnsCallbackCredentials,
    context: CallbackContext,
  ): Promise<CallbackAnswer | null> {
    const { Type, TopicArn, SubscribeURL } = snsEnvelope(request);
    if (Type === 'Notification') return null;
    // Somebody ended a subscription: its URL would begin it again.
    if (Type === 'UnsubscribeConfirmation') return { status: 200, body: '' };
    if (!topics.includes(TopicArn) || !SubscribeURL || !confirms(SubscribeURL, TopicArn, standIn)) {
      return { status: 403, body: '' };
    }
    try {
      await context.fetchText(new URL(SubscribeURL));
      return { status: 200, body: '' };
    } catch {
      // SNS asks again.
      return { status: 502, body: '' };
    }
  },
};

function confirms(subscribeUrl: string, topic: string, standIn: string | undefined): boolean {
  if (pathAtSns(subscribeUrl, standIn) === undefined) return false;
  const { searchParams: query } = new URL(subscribeUrl);
  return query.get('Action') === 'ConfirmSubscription' && query.get('TopicArn') === topic;
}
