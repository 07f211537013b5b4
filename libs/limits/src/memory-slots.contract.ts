import { EMPTY_LEVEL, type LevelState } from './window-counter.js';
import type { Slot, SlotRequest } from './rate-limiter.js';
import { SlotAllocator } from './slot-allocator.js';

/** The allocation over plain maps: what the stores are measured against. */
export class MemorySlots {
  slicesRead = 0;
  private readonly states = new Map<string, LevelState>();
  private readonly counts = new Map<string, Map<number, number>>();

  book(requests: SlotRequest[], nowMs: number): Slot[] {
    const allocator = new SlotAllocator(requests, nowMs, ({ key }) => this.states.get(key) ?? EMPTY_LEVEL);
    for (let wanted = allocator.proceed(); wanted.length > 0; wanted = allocator.proceed()) {
      for (const { key, first, last } of wanted) {
        const slices = [...this.slicesOf(key)].filter(([slice]) => slice >= first && slice <= last);
        this.slicesRead += slices.length;
        allocator.load(slices.map(([slice, count]) => ({ key, slice, count })));
      }
    }
    for (const { key, slice, count } of allocator.added()) {
      this.slicesOf(key).set(slice, (this.slicesOf(key).get(slice) ?? 0) + count);
    }
    for (const { key, ...state } of allocator.states()) this.states.set(key, state);
    return allocator.slots;
  }

  private slicesOf(key: string): Map<number, number> {
    const slices = this.counts.get(key) ?? new Map<number, number>();
    this.counts.set(key, slices);
    return slices;
  }
}
