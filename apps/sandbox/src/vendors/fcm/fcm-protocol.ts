import type { Protocol, VendorReply } from '../submission.js';
import type { VendorRefusal } from '../vendor-refusal.js';

/** Google's word for a status, and FCM's own code where only the status is known. */
const NAMES: Record<number, [status: string, code: string]> = {
  400: ['INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
  401: ['UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR'],
  403: ['PERMISSION_DENIED', 'SENDER_ID_MISMATCH'],
  404: ['NOT_FOUND', 'UNREGISTERED'],
  429: ['RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'],
  503: ['UNAVAILABLE', 'UNAVAILABLE'],
};

/** No error of FCM itself: Google's front door says so, without a code of FCM. */
export const NOT_OF_FCM = 'UNAUTHENTICATED';

/** https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
export const fcm: Protocol = {
  vendor: 'fcm',
  channel: 'push',
  tooMany: { status: 429, code: 'QUOTA_EXCEEDED', text: 'Quota exceeded for quota metric.' },
  refuse({ status: code, code: errorCode, message }: VendorRefusal): VendorReply {
    const [status, usual] = NAMES[code] ?? ['INTERNAL', 'INTERNAL'];
    const details = [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: errorCode ?? usual }];
    return {
      status: code,
      body: { error: { code, message, status, ...(errorCode === NOT_OF_FCM ? {} : { details }) } },
    };
  },
};
