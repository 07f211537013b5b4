import type { Cargo, Traits } from '@outbell/shared/cargo.js';
import { CHANNEL } from './channels.js';

/** The traits of a message; nearly all have none. */
export function traitsOf(cargo: Cargo): Traits {
  return CHANNEL[cargo.channel].traits(cargo);
}
