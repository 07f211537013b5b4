/** Requests that can be tried out as they are, by name. */
export type NamedExamples<Body> = Record<string, { summary: string; value: Body }>;
