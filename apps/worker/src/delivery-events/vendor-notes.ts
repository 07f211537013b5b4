import { Injectable } from '@nestjs/common';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Delivery, Marked } from '../delivery/delivery.js';
import { LookUpPlanner } from './look-up-planner.js';
import { RecipientNames } from './recipient-names.js';

/** What is kept of a vendor's answer beside the result: what to ask it later, and what it calls the recipient. */
@Injectable()
export class VendorNotes {
  constructor(
    private readonly lookUps: LookUpPlanner,
    private readonly names: RecipientNames,
  ) {}

  /** Never throws: the result is written without it. */
  async take(results: { delivery: Delivery | Marked; outcome: Outcome }[]): Promise<void> {
    await Promise.all([this.lookUps.plan(results), this.names.learn(results)]);
  }
}
