import { isServerAway } from '@outbell/shared/server-away.js';

/** Whether a query failed because the database could not be reached, or went away meanwhile: the same may succeed later. */
export const isDatabaseAway = isServerAway;
