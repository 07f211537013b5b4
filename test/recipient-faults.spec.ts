import { isConnectionFault } from '@outbell/planning/connection-fault.js';
import { resendVerdict } from '@outbell/providers/resend/resend.errors.js';
import { sendGridVerdict } from '@outbell/providers/sendgrid/sendgrid.errors.js';
import { enhancedCode, meaningOf } from '@outbell/providers/smtp/smtp.errors.js';
import { awsVerdict } from '@outbell/providers/aws/aws-verdict.js';
import { VendorCallFailure } from '@outbell/providers/http/vendor-call.js';
import { refusedByFcm } from '@outbell/providers/fcm/fcm.errors.js';
import { TWILIO_ERRORS } from '@outbell/providers/twilio/twilio.errors.js';
import { refusedByCode, type VendorErrors } from '@outbell/providers/vendor-errors.js';
import { refusedByCloudApi } from '@outbell/providers/whatsapp-cloud/whatsapp-cloud.errors.js';
import { WHATSAPP_ERRORS } from '@outbell/providers/whatsapp-cloud/whatsapp-cloud.errors.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';

function smtp(text: string, stage: string): Outcome {
  const code = Number(text.slice(0, 3));
  return { ...meaningOf({ code, stage, enhanced: enhancedCode(text) }), detail: { stage } };
}

function twilio(status: number, code: number): Outcome {
  return refusedByCode(TWILIO_ERRORS, { status, code });
}

function meta(status: number, code: number): Outcome {
  return refusedByCloudApi({ status, headers: {}, text: JSON.stringify({ error: { code } }) });
}

function fcm(status: number, errorCode: string, message = 'no', details: object[] = []): Outcome {
  const error = { status: errorCode, message, details: [{ errorCode }, ...details] };
  return refusedByFcm({ status, headers: {}, text: JSON.stringify({ error }) });
}

function aws(name: string, message: string): Outcome {
  const fault = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
  return awsVerdict(new VendorCallFailure(fault, true), () => undefined);
}

// What speaks of one recipient takes nobody else's way out, and rests no vendor.
describe('a refusal of one recipient', () => {
  it.each<[string, Outcome]>([
    ...[
      '421 4.4.1 host not reachable',
      '421 try later',
      '450 4.1.1 not now',
      '450 4.2.1 busy',
      '451 4.4.3 DNS of the domain',
      '451 4.7.1 greylisted',
      '452 4.2.2 mailbox full',
      '452 4.5.3 too many recipients',
      '454 4.7.1 relay for this domain',
      '503 not for this domain',
      '550 5.1.1 no such user',
      '554 5.7.1 no',
    ].flatMap((text) => ['RCPT TO', 'DATA'].map((stage): [string, Outcome] => [`${stage} ${text}`, smtp(text, stage)])),
    ...[21211, 21214, 21217, 21408, 21610, 21612, 21614, 30003, 30004, 30005, 30006, 30008, 63003, 63024].map(
      (code): [string, Outcome] => [`twilio ${code}`, twilio(400, code)],
    ),
    ['twilio 30017', twilio(400, 30017)],
    ...[131021, 131026, 131030, 131047, 131049, 131050, 131051, 131052, 131056, 130472, 132001, 131009].map(
      (code): [string, Outcome] => [`meta ${code}`, meta(400, code)],
    ),
    ['fcm UNREGISTERED', fcm(404, 'UNREGISTERED')],
    ['fcm INVALID_ARGUMENT', fcm(400, 'INVALID_ARGUMENT', 'not a valid FCM registration token')],
    ['fcm SENDER_ID_MISMATCH', fcm(403, 'SENDER_ID_MISMATCH')],
    ['fcm THIRD_PARTY_AUTH_ERROR', fcm(401, 'THIRD_PARTY_AUTH_ERROR')],
    ['fcm quota of a device', fcm(429, 'QUOTA_EXCEEDED', 'no', [{ violations: [{ subject: 'device:x' }] }])],
    ['sns', aws('InvalidParameterException', 'Invalid parameter: PhoneNumber')],
    ['ses', aws('MessageRejected', 'Email address is not verified')],
    ['resend', resendVerdict({ name: 'validation_error', message: 'Invalid `to` field', statusCode: 422 }, {})],
    [
      'sendgrid',
      sendGridVerdict({
        code: 400,
        response: { body: { errors: [{ field: 'personalizations.0.to', message: 'no valid address' }] } },
      }) as Outcome,
    ],
  ])('%s', (_, outcome) => {
    expect([isConnectionFault(outcome), 'reason' in outcome && outcome.reason === 'vendor_rate_limited']).toEqual([
      false,
      false,
    ]);
  });

  it.each<[string, VendorErrors]>([
    ['Twilio', TWILIO_ERRORS],
    ['Meta', WHATSAPP_ERRORS],
  ])('is none of what %s’s table calls a fault of the account', (_, errors) => {
    const faults = Object.entries(errors).filter(
      ([, { reason, retried }]) => retried && isConnectionFault({ kind: 'retry', reason }),
    );
    const reasons = new Set(faults.map(([, { reason }]) => reason));
    for (const reason of reasons)
      expect(['authentication_failed', 'account_locked', 'server_unavailable']).toContain(reason);
  });

  it('is told from what the vendor says of the account or of itself', () => {
    const faults = [
      smtp('421 closing', 'CONN'),
      smtp('535 5.7.8 no', 'AUTH PLAIN'),
      twilio(401, 20003),
      meta(401, 190),
    ];
    expect(faults.map(isConnectionFault)).toEqual([true, true, true, true]);
  });
});
