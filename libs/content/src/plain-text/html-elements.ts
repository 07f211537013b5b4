/** Elements that act alike when another one begins or ends. One may be in several. */
export const GROUPS = {
  paragraph: 'p',
  item: 'li',
  list: 'ul ol menu dir',
  definition: 'dt dd',
  definitions: 'dl',
  option: 'option',
  options: 'option optgroup',
  select: 'select',
  link: 'a',
  cell: 'td th',
  row: 'tr',
  /** What ends where a row begins. */
  rowOrCaption: 'tr caption',
  /** What ends where a section of a table begins. */
  section: 'tr caption thead tbody tfoot',
  table: 'table',
  /** What a cell holds is apart from what is around it. */
  enclosed: 'td th caption',
  /** A paragraph that was left open around these goes on after them. */
  aroundParagraphs: 'td th caption table button object',
  preformatted: 'pre listing xmp plaintext textarea',
} as const;
export type Group = keyof typeof GROUPS;

/** Properties of all elements of a name. */
export interface Kind {
  /** Line ends around it: 1 puts it on lines of its own, 2 leaves an empty line; 0 stands within a line. */
  readonly breaks: number;
  /** It has no end. */
  readonly isVoid: boolean;
  /** Nobody is shown what it holds. */
  readonly isUnseen: boolean;
  /** An open paragraph ends where it begins. */
  readonly endsParagraph: boolean;
  readonly groups: readonly Group[];
  /**
   * Ends that authors leave out: those of the group end where it begins, but none outside of the innermost `within`.
   */
  readonly ends?: { group: Group; within: Group };
  /** Its end tag ends nothing outside of the innermost of these. */
  readonly endsWithin?: Group;
}

const LINES_OF_THEIR_OWN = words(
  'html body div section article aside header footer nav main search address center dialog form fieldset legend ' +
    'details summary',
  'hgroup figcaption li dt dd dir menu optgroup option select textarea button caption thead tbody tfoot tr td th',
);
const APART = words('p h1 h2 h3 h4 h5 h6 ul ol dl blockquote figure pre listing xmp plaintext table hr');
const VOID = words(
  'area base basefont bgsound br col command embed frame hr img input keygen link meta param source track wbr',
);
/** `head` is none of them: all that belongs there is, and its end may be left out. */
const UNSEEN = words(
  'title style script noscript template xml svg math iframe noframes noembed object canvas datalist',
);
const WITHIN_PARAGRAPHS = words('button select option optgroup textarea');
const PARTS_OF_TABLES = words('td th caption tr thead tbody tfoot');

const ENDS: Readonly<Record<string, Kind['ends']>> = {
  a: { group: 'link', within: 'enclosed' },
  li: { group: 'item', within: 'list' },
  dt: { group: 'definition', within: 'definitions' },
  dd: { group: 'definition', within: 'definitions' },
  option: { group: 'option', within: 'select' },
  optgroup: { group: 'options', within: 'select' },
  td: { group: 'cell', within: 'table' },
  th: { group: 'cell', within: 'table' },
  tr: { group: 'rowOrCaption', within: 'table' },
  thead: { group: 'section', within: 'table' },
  tbody: { group: 'section', within: 'table' },
  tfoot: { group: 'section', within: 'table' },
};

const KINDS = new Map<string, Kind>(
  [...LINES_OF_THEIR_OWN, ...APART, ...VOID, ...UNSEEN, 'a'].map((name) => [name, describe(name)]),
);
const ANY = describe('');

export function kindOf(name: string): Kind {
  return KINDS.get(name) ?? ANY;
}

function describe(name: string): Kind {
  const breaks = APART.has(name) ? 2 : LINES_OF_THEIR_OWN.has(name) ? 1 : 0;
  const ends = Object.hasOwn(ENDS, name) ? ENDS[name] : undefined;
  const endsWithin = PARTS_OF_TABLES.has(name) ? 'table' : name === 'table' ? undefined : 'enclosed';
  return {
    breaks,
    isVoid: VOID.has(name),
    isUnseen: UNSEEN.has(name),
    endsParagraph: breaks > 0 && !WITHIN_PARAGRAPHS.has(name),
    groups: (Object.keys(GROUPS) as Group[]).filter((group) => GROUPS[group].split(' ').includes(name)),
    ...(ends && { ends }),
    ...(endsWithin && { endsWithin }),
  };
}

function words(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
