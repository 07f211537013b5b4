/**
 * Carries the id of a message in its mail. Relays that give it another Message-ID leave it, so that a returned copy
 * still names it.
 */
export const MESSAGE_HEADER = 'X-Outbell-Message';
