import type { TokenizerCallbacks } from 'htmlparser2';
import { type Kind, kindOf } from './html-elements.js';
import { ListMarkers } from './list-markers.js';
import { type OpenElement, OpenElements } from './open-elements.js';
import { endLink, targetOf } from './open-link.js';
import { beyond, TEXT_BOUNDS } from './text-bounds.js';
import { TextLines } from './text-lines.js';

type Attribute = 'href' | 'alt' | 'style' | 'hidden' | 'start' | 'type' | 'value';
const ATTRIBUTES = new Map(
  (['href', 'alt', 'style', 'hidden', 'start', 'type', 'value'] as const).map((name) => [name as string, name]),
);
type Attributes = Partial<Record<Attribute, string>>;
const NO_ATTRIBUTES: Attributes = Object.freeze({});

/** Styles by which nothing is displayed. A font of no size is none: cells have it, whose texts set their own. */
const HIDING = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)(?![\w-])/i;
const CLIPPING = [/(?:^|[;\s])max-height\s*:\s*0/i, /(?:^|[;\s])overflow\s*:\s*hidden/i];
/** Styles by which what stands within a line elsewhere has lines of its own. */
const BLOCK = /(?:^|[;\s])display\s*:\s*(?:block|flex|grid|table|list-item|flow-root)(?![\w-])/i;
/** Of a style, what is looked at. */
const LONGEST_STYLE = 2_000;

const RULER = '-'.repeat(40);

/**
 * Hears the tokens of html and writes what a person would read. No tree is made: where elements end that were left
 * open, or were nested wrongly, is decided as browsers do as far as it changes the text.
 */
export class HtmlReader implements TokenizerCallbacks {
  private readonly lines = new TextLines();
  private readonly open = new OpenElements((element) => this.ended(element));
  private elements = 0;
  /** Not yet written: it may come in many pieces. */
  private pending = '';
  /** The outermost one of which nothing is shown. */
  private hidden: OpenElement | undefined;

  private name = '';
  private attributes = NO_ATTRIBUTES;
  private attribute: Attribute | undefined;
  private value = '';

  constructor(private readonly html: string) {}

  get text(): string {
    return this.lines.toString();
  }

  ontext(start: number, end: number): void {
    if (this.hidden === undefined) this.pending += this.html.slice(start, end);
  }

  ontextentity(codePoint: number): void {
    if (this.hidden === undefined) this.pending += String.fromCodePoint(codePoint);
  }

  onopentagname(start: number, end: number): void {
    this.name = this.html.slice(start, end).toLowerCase();
    this.attributes = NO_ATTRIBUTES;
  }

  onattribname(start: number, end: number): void {
    this.attribute = ATTRIBUTES.get(this.html.slice(start, end).toLowerCase());
    this.value = '';
  }

  onattribdata(start: number, end: number): void {
    if (this.attribute) this.value += this.html.slice(start, end);
  }

  onattribentity(codePoint: number): void {
    if (this.attribute) this.value += String.fromCodePoint(codePoint);
  }

  onattribend(): void {
    if (!this.attribute) return;
    if (this.attributes === NO_ATTRIBUTES) this.attributes = {};
    this.attributes[this.attribute] ??= this.value;
  }

  onopentagend(): void {
    this.flush();
    if (++this.elements > TEXT_BOUNDS.elements) throw beyond('elements');
    const kind = kindOf(this.name);
    if (kind.ends) this.open.endGroup(kind.ends.group, kind.ends.within);
    if (kind.endsParagraph) this.open.endGroup('paragraph', 'aroundParagraphs');
    const shown = this.hidden === undefined && !kind.isUnseen && !this.isHidden();
    if (kind.isVoid) {
      if (shown) this.void();
      return;
    }
    const element = this.element(kind, shown);
    if (this.open.push(element) > TEXT_BOUNDS.depth) throw beyond('depth');
    if (shown) this.begin(element);
    else this.hidden ??= element;
  }

  onselfclosingtag(): void {
    // A slash means nothing in HTML.
    this.onopentagend();
  }

  onclosetag(start: number, end: number): void {
    this.flush();
    const name = this.html.slice(start, end).toLowerCase();
    const at = this.open.innermost(name);
    const { breaks, endsWithin } = kindOf(name);
    if (at === -1 || (endsWithin && at < this.open.innermostOf(endsWithin))) this.endOfNothing(name);
    else if (breaks === 0 && this.open.holdsBlock(at)) this.endEarly(this.open.at(at));
    else this.open.endFrom(at);
  }

  onend(): void {
    this.flush();
    this.open.endFrom(0);
  }

  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  private flush(): void {
    if (this.pending === '') return;
    const text = this.pending;
    this.pending = '';
    if (this.open.innermostOf('preformatted') === -1) this.lines.words(text);
    else this.lines.preformatted(text);
  }

  private element(kind: Kind, shown: boolean): OpenElement {
    // A list within a list is part of its item.
    const isNested = (this.name === 'ul' || this.name === 'ol') && this.open.innermostOf('list') !== -1;
    return {
      name: this.name,
      kind,
      breaks: isNested || (kind.breaks === 0 && this.isBlock()) ? 1 : kind.breaks,
      shown,
      outerPrefix: undefined,
      link: undefined,
      markers: undefined,
      linesBefore: this.lines.lines,
    };
  }

  private isBlock(): boolean {
    const { style } = this;
    return style !== undefined && BLOCK.test(style);
  }

  private get style(): string | undefined {
    return this.attributes.style?.slice(0, LONGEST_STYLE);
  }

  private isHidden(): boolean {
    if (this.attributes.hidden !== undefined) return true;
    const { style } = this;
    return style !== undefined && (HIDING.test(style) || CLIPPING.every((clip) => clip.test(style)));
  }

  private void(): void {
    const { lines, attributes } = this;
    if (this.name === 'br') lines.lineBreak();
    if (this.name === 'img' || (this.name === 'input' && attributes.type?.toLowerCase() === 'image')) {
      lines.apart(attributes.alt ?? '');
    }
    if (this.name !== 'hr') return;
    lines.break(2);
    lines.write(RULER);
    lines.break(2);
  }

  private begin(element: OpenElement): void {
    const { lines, attributes } = this;
    if (element.name === 'td' || element.name === 'th') this.beginCell();
    else lines.break(element.breaks);
    switch (element.name) {
      case 'a': {
        const target = targetOf(attributes.href);
        if (target !== undefined) element.link = { target, begin: lines.mark() };
        break;
      }
      case 'ul':
      case 'ol':
        element.markers = new ListMarkers(element.name === 'ol', attributes.start, attributes.type);
        break;
      case 'li':
        element.outerPrefix = lines.prefix;
        lines.beginItem(this.markers().marker(attributes.value));
        break;
      case 'blockquote':
      case 'dd':
        element.outerPrefix = lines.prefix;
        lines.indent(element.name === 'dd' ? '  ' : '> ');
    }
  }

  /** Beside what stands in its row already, if that is one line; otherwise below it. */
  private beginCell(): void {
    const row = this.open.at(this.open.innermostOf('row'));
    if (row && this.lines.lines - row.linesBefore === 1) this.lines.nextCell();
    else this.lines.break(1);
  }

  private markers(): ListMarkers {
    return this.open.at(this.open.innermostOf('list'))?.markers ?? UNORDERED;
  }

  private ended(element: OpenElement): void {
    if (this.hidden === element) this.hidden = undefined;
    if (!element.shown) return;
    this.endEarly(element);
    if (element.name === 'li') this.lines.endItem();
    if (element.outerPrefix !== undefined) this.lines.prefix = element.outerPrefix;
    this.lines.break(element.breaks);
  }

  /** Ends what of an element within a line ends there, whatever blocks in it are still open. */
  private endEarly(element: OpenElement | undefined): void {
    if (element === undefined) return;
    if (this.hidden === element) this.hidden = undefined;
    if (element.link) endLink(this.lines, element.link);
    element.link = undefined;
  }

  /** Browsers take two of them for beginnings. */
  private endOfNothing(name: string): void {
    if (this.hidden) return;
    if (name === 'br') this.lines.lineBreak();
    if (name === 'p') this.lines.break(2);
  }
}

const UNORDERED = new ListMarkers(false, undefined, undefined);
