/** Describes what a code says to someone who met it. */
export interface CodeMeaning {
  meaning: string;
  mend: string;
}

/** Describes what a problem says, and the status it is answered with. */
export interface ProblemMeaning extends CodeMeaning {
  status: number;
}
