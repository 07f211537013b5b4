import { type Group, GROUPS, type Kind } from './html-elements.js';
import type { ListMarkers } from './list-markers.js';
import type { OpenLink } from './open-link.js';

/** An element whose end has not come. */
export interface OpenElement {
  readonly name: string;
  readonly kind: Kind;
  /** Line ends around it, 0 within a line. */
  readonly breaks: number;
  readonly shown: boolean;
  /** Of the lines around it, where its own have another one. */
  outerPrefix: string | undefined;
  link: OpenLink | undefined;
  markers: ListMarkers | undefined;
  /** Lines that had begun before it. */
  linesBefore: number;
}

interface Entry {
  element: OpenElement;
  /** Where the next one of this name further out is, -1: there is none. */
  outerOfName: number;
  outerBlock: number;
  /** Of each of its groups. */
  outerOfGroups: readonly number[];
}

const NONE: readonly number[] = [];

/**
 * The elements that are open, innermost last. Each is pushed and ended once, and the innermost of a name or a group is
 * known without looking for it: however deep markup is nested and however wrongly, a tag costs the same.
 */
export class OpenElements {
  private readonly entries: Entry[] = [];
  private readonly names = new Map<string, number>();
  private readonly groups = Object.fromEntries(Object.keys(GROUPS).map((group) => [group, -1])) as Record<
    Group,
    number
  >;
  private block = -1;

  /** @param ended told of each element that ends, innermost first */
  constructor(private readonly ended: (element: OpenElement) => void) {}

  /** @returns how many are open now */
  push(element: OpenElement): number {
    const at = this.entries.length;
    const { name, kind } = element;
    const outerOfGroups = kind.groups.length === 0 ? NONE : kind.groups.map((group) => this.groups[group]);
    this.entries.push({ element, outerOfName: this.innermost(name), outerBlock: this.block, outerOfGroups });
    this.names.set(name, at);
    for (const group of kind.groups) this.groups[group] = at;
    if (element.breaks > 0) this.block = at;
    return at + 1;
  }

  /** Gives the place of the innermost one of that name, counted from outside; -1: there is none. */
  innermost(name: string): number {
    return this.names.get(name) ?? -1;
  }

  /** Gives the place of the innermost one of that group. */
  innermostOf(group: Group): number {
    return this.groups[group];
  }

  at(index: number): OpenElement | undefined {
    return this.entries[index]?.element;
  }

  /** Tells whether a block lies within it: its end came too early. */
  holdsBlock(index: number): boolean {
    return this.block > index;
  }

  /** Ends all from the innermost out to this one. */
  endFrom(index: number): void {
    while (this.entries.length > index) {
      const { element, outerOfName, outerBlock, outerOfGroups } = this.entries.pop() as Entry;
      this.names.set(element.name, outerOfName);
      this.block = outerBlock;
      let nth = 0;
      for (const group of element.kind.groups) this.groups[group] = outerOfGroups[nth++] ?? -1;
      this.ended(element);
    }
  }

  /** Ends all of a group that are not outside of the innermost of another. */
  endGroup(group: Group, within: Group): void {
    while (this.groups[group] > this.groups[within]) this.endFrom(this.groups[group]);
  }
}
