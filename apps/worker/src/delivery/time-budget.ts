/** Less is not counted, in ms: what nearly every message takes. */
const COUNTED_MS = 1;

/** Time that tenants have used of what each has. */
export class TimeBudget {
  private readonly used = new Map<string, number>();

  /** @param limitMs what a tenant has */
  constructor(private readonly limitMs: number) {}

  spend(tenantId: string, ms: number): void {
    if (ms >= COUNTED_MS) this.used.set(tenantId, (this.used.get(tenantId) ?? 0) + ms);
  }

  /** Tells whether a tenant has used it up. */
  isSpent(tenantId: string): boolean {
    return this.used.size > 0 && (this.used.get(tenantId) ?? 0) >= this.limitMs;
  }
}
