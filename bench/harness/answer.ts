/** What a child process can be asked, by name. Arguments and answers travel as JSON. */
export type Answers = Record<string, (argument: never) => unknown>;

interface Question {
  id: number;
  question: string;
  argument: unknown;
}

/** The child's side of `Child`: answers until the parent leaves, then ends the process. */
export function answer(answers: Answers): void {
  process.on('message', (asked: Question) => void reply(answers, asked));
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

async function reply(answers: Answers, { id, question, argument }: Question): Promise<void> {
  try {
    const answering = answers[question] as ((argument: unknown) => unknown) | undefined;
    if (!answering) throw new Error(`cannot be asked "${question}"`);
    process.send?.({ id, value: await answering(argument) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
