import { beyond, LONGEST_PREFIX, TEXT_BOUNDS } from './text-bounds.js';
import { visible } from './visible-text.js';

/** A place in the text. */
export interface Mark {
  parts: number;
  length: number;
}

/** More empty lines than two say no more. */
const MOST_BREAKS = 3;

/** Between cells of a row. */
const CELL_GAP = '  ';

const LETTER = /^[\p{L}\p{N}]/u;

/** A plain text in the making. What separates words and lines waits until there is something to separate. */
export class TextLines {
  private readonly parts: string[] = [];
  private length = 0;
  /** Lines begun so far. */
  lines = 0;
  private breaks = 0;
  private space = false;
  /** The last word was no part of a sentence, and a letter that follows is no part of it. */
  private joint = false;
  /** The next word is another cell's, and nothing of that cell is written yet. */
  private gap = false;
  private current = '';
  /** Of empty lines: the shortest prefix since the last word. */
  private emptyPrefix = '';
  /** Stands in the next line's place of the prefix. */
  private marked: string | undefined;

  /** Text before each line. */
  get prefix(): string {
    return this.current;
  }

  set prefix(prefix: string) {
    this.current = prefix;
    if (prefix.length < this.emptyPrefix.length) this.emptyPrefix = prefix;
  }

  /** Indents what comes, unless it is far in already. */
  indent(by: string): void {
    if (this.current.length + by.length <= LONGEST_PREFIX) this.current += by;
  }

  /** Begins an item: the marker stands before its first line, as much space before the others. */
  beginItem(marker: string): void {
    this.marked = this.current + marker;
    this.indent(' '.repeat(marker.length));
  }

  /** Ends an item; one of which nothing was written leaves no marker. */
  endItem(): void {
    this.marked = undefined;
  }

  /** The next word begins a line, with so many line ends before it. */
  break(count: number): void {
    if (!this.gap && count > this.breaks) this.breaks = count;
  }

  lineBreak(): void {
    if (!this.gap && this.breaks < MOST_BREAKS) this.breaks++;
  }

  /** The next word stands in the same line, in a cell of its own. */
  nextCell(): void {
    this.breaks = 0;
    this.gap = true;
  }

  /** Text in which white space only separates words. */
  words(text: string): void {
    const words = visible(text).replace(/[ \t\n\r\f]+/g, ' ');
    if (words.startsWith(' ')) this.space = true;
    const bare = words.trim();
    if (bare === '') return;
    this.write(bare);
    this.space = words.endsWith(' ');
  }

  /** Words that stand apart from those beside them, as a picture's do. */
  apart(text: string): void {
    this.words(` ${text.trim()}`);
    this.joint = true;
  }

  /** Text that is written as it stands. */
  preformatted(text: string): void {
    for (const [index, line] of text.replace(/\r\n?/g, '\n').split('\n').entries()) {
      if (index > 0 && !this.gap) this.breaks++;
      if (line !== '') this.write(line);
    }
    this.space = false;
  }

  /** One line's text, after all that waits. */
  write(text: string): void {
    if (this.lines === 0 || this.breaks > 0) this.beginLine();
    else if (this.gap) this.push(CELL_GAP);
    else if (this.space || (this.joint && LETTER.test(text))) this.push(' ');
    this.breaks = 0;
    this.space = false;
    this.joint = false;
    this.gap = false;
    this.push(text);
  }

  /** Adds to what was written last, before all that waits. */
  attach(text: string): void {
    this.push(text);
    this.joint = true;
  }

  mark(): Mark {
    return { parts: this.parts.length, length: this.length };
  }

  wroteSince(mark: Mark): boolean {
    return this.length > mark.length;
  }

  /** @param longest text of interest; of a longer one only that much is looked at */
  textSince({ parts, length }: Mark, longest: number): string | undefined {
    if (this.length - length > longest + 4 * LONGEST_PREFIX) return undefined;
    return this.parts.slice(parts).join('').trim();
  }

  toString(): string {
    return this.parts.join('');
  }

  private beginLine(): void {
    if (this.lines > 0) {
      const empty = `${this.emptyPrefix.trimEnd()}\n`;
      const count = this.breaks - 1;
      if (this.length + count * empty.length > TEXT_BOUNDS.output) throw beyond('output');
      this.push(`\n${empty.repeat(count)}`);
    }
    this.lines++;
    this.push(this.marked ?? this.current);
    this.marked = undefined;
    this.emptyPrefix = this.current;
  }

  private push(text: string): void {
    if (text === '') return;
    this.length += text.length;
    if (this.length > TEXT_BOUNDS.output) throw beyond('output');
    this.parts.push(text);
  }
}
