import type { NamedExamples } from '../http/docs/named-examples.js';
import type { ContactFieldsDto } from './contact-requests.dto.js';
import type { SeeDeviceDto } from './device.dto.js';

export const CONTACT_EXAMPLES: NamedExamples<ContactFieldsDto> = {
  person: {
    summary: 'A person with all that is known',
    value: {
      external_id: 'customer-17',
      email: 'ann@example.org',
      phone: '+33612345678',
      locale: 'fr-FR',
      timezone: 'Europe/Paris',
      attributes: { plan: 'pro' },
    },
  },
};

/** Of PATCH /v1/contacts/:id. */
export const CONTACT_CHANGE_EXAMPLES: NamedExamples<ContactFieldsDto> = {
  email: { summary: 'Another email address', value: { email: 'ann@example.net' } },
  remove: { summary: 'Take the number away', value: { phone: null } },
};

export const DEVICE_EXAMPLES: NamedExamples<SeeDeviceDto> = {
  app: {
    summary: 'An app, by FCM',
    value: { provider: 'fcm', token: 'fGx1mQ0sT9u:APA91bH-a-registration-token-of-FCM', platform: 'android' },
  },
  browser: {
    summary: 'A browser',
    value: {
      provider: 'web-push',
      token: JSON.stringify({
        endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl',
        keys: {
          p256dh: 'BL5x2BlUOaqkCkjMlmREmm0jfg7_MdhqF14bcxA8HvY-mScMFcUSrFC9JRpbApSJdFBXq8BVoDjnDZiOWTMhMc0',
          auth: 'c2l4dGVlbiBieXRlcyEhIQ',
        },
      }),
    },
  },
};
