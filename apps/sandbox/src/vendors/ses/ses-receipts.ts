import { Injectable } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import type { ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';
import { selfSigned, type SigningIdentity } from '../aws/certificate.js';
import { sesEvent } from './ses-event.js';
import { snsNotification } from './sns-envelope.js';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:sandbox';
const CERTIFICATE_URL = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-sandbox.pem';

/** Notifications of SNS about events of SES, signed with a certificate of the sandbox's own. */
@Injectable()
export class SesReceipts implements ReceiptWriter {
  readonly vendors = ['ses'] as const;
  readonly kinds = [
    'sent',
    'deferred',
    'delivered',
    'bounced',
    'soft_bounced',
    'complained',
    'opened',
    'clicked',
    'unsubscribed',
  ] as const;
  readonly options = ['topic_arn', 'signing_cert_url'] as const;
  private made: SigningIdentity | undefined;

  constructor(private readonly clock: Clock) {}

  complete(target: Target): Target {
    return { topic_arn: TOPIC, signing_cert_url: CERTIFICATE_URL, ...target };
  }

  /** What a receiver finds at `signing_cert_url`, if it is led to the sandbox for it. */
  reveal(): Record<string, string> {
    return { certificate: this.certificate };
  }

  get certificate(): string {
    return this.identity.certificate;
  }

  write(report: Report, target: Target | undefined): ReceiptRequest | null {
    const event = sesEvent(report);
    if (target?.url === undefined || event === null) return null;
    const { url, topic_arn: topicArn = TOPIC, signing_cert_url: certificateUrl = CERTIFICATE_URL } = target;
    const { eventId, at } = report;
    const notice = { message: JSON.stringify(event), eventId, at, topicArn, certificateUrl };
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-topic-arn': topicArn,
    };
    return { method: 'POST', url, headers, body: JSON.stringify(snsNotification(notice, this.identity)) };
  }

  /** Made when first needed: it takes a moment. */
  private get identity(): SigningIdentity {
    return (this.made ??= selfSigned('sns.amazonaws.com', this.clock.now()));
  }
}
