/** Describes what a code says to someone who met it. */
export interface CodeMeaning {
  meaning: string;
  mend: string;
}

/** Describes what a problem says, and the status it is answered with. */
export interface ProblemMeaning extends CodeMeaning {
  status: number;
}

/** Gives all problems of one status that status. */
export function withStatus<const Status extends number, Code extends string>(
  status: Status,
  codes: Record<Code, CodeMeaning>,
): Record<Code, CodeMeaning & { status: Status }> {
  const entries = Object.entries<CodeMeaning>(codes).map(([code, meaning]) => [code, { status, ...meaning }]);
  return Object.fromEntries(entries) as Record<Code, CodeMeaning & { status: Status }>;
}
