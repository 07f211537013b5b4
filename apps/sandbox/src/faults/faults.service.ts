import { Injectable } from '@nestjs/common';
import { FaultRule } from './fault-rule.js';
import type { HttpVendor } from '../vendors/vendor-names.js';
import type { Fault, FaultPoint, HttpAction, SmtpAction, SmtpPoint } from './fault.schema.js';

/** A fault that ends the call; being slow only delays it. */
export type FatalAction = Exclude<SmtpAction, { type: 'slow' }>;
export type FatalHttpAction = Exclude<HttpAction, { type: 'slow' }>;

/** What happens to a call at one point of it. */
export interface Strike<Action = FatalAction | FatalHttpAction> {
  delayMs: number;
  action: Action | undefined;
}

/** A fault as it is shown, with how many calls it looked at and how many it struck. */
export type ActiveFault = Fault & { seen: number; fired: number };

/**
 * The faults switched on now. They are asked in their order: delays add up, and the first other action that strikes
 * decides.
 */
@Injectable()
export class Faults {
  private rules: FaultRule[] = [];

  /** Replaces all faults; every count begins anew. */
  replace(faults: Fault[]): void {
    this.rules = faults.map((fault) => new FaultRule(fault));
  }

  list(): ActiveFault[] {
    return this.rules.map(({ fault, seen, fired }) => ({ ...fault, seen, fired }));
  }

  /** Asks the rules about a call that has come to this point. A vendor's rules bring the actions of its protocol. */
  strike(vendor: 'smtp', point: SmtpPoint, recipients: readonly string[]): Strike<FatalAction>;
  strike(vendor: HttpVendor, point: 'request', recipients: readonly string[]): Strike<FatalHttpAction>;
  strike(vendor: string, point: FaultPoint, recipients: readonly string[]): Strike {
    let delayMs = 0;
    for (const rule of this.rules) {
      if (!rule.strikes(vendor, point, recipients)) continue;
      const { action } = rule.fault;
      if (action.type !== 'slow') return { delayMs, action };
      delayMs += action.ms;
    }
    return { delayMs, action: undefined };
  }
}
