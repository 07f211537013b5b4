/** What a code says to someone who met it. */
export interface CodeMeaning {
  meaning: string;
  mend: string;
}

/** Of a problem: the status it is answered with too. */
export interface ProblemMeaning extends CodeMeaning {
  status: number;
}
