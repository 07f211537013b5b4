/** The kinds of addresses, and how a description says what one is. addresses.ts has what each must be. */
export const ADDRESS_KINDS = {
  email: 'an address',
  phone: 'a number in E.164',
  push_token:
    'a device’s FCM token, or the subscription of a browser as JSON without blanks: ' +
    '`{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}`',
} as const;

export type AddressKind = keyof typeof ADDRESS_KINDS;

/** What a vendor's account owns may be a test number of no numbering plan: its shape is all that is asked for. */
export const E164 = /^\+[1-9]\d{6,14}$/;
