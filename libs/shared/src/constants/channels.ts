/** The ways a message can reach a person. */
export const CHANNELS = ['email', 'sms', 'whatsapp', 'push', 'voice'] as const;
export type Channel = (typeof CHANNELS)[number];
