import { Config, configSchema } from './config.schema.js';
import { readEnvFile } from './env-file.js';

/**
 * Reads and checks the environment, or the `.env` that stands for it: the only reader of `process.env`.
 *
 * @throws {ConfigError} that lists every wrong setting at once
 */
export function loadConfig(env: Record<string, string | undefined> = ownEnvironment()): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = configSchema.safeParse(set, { error: whatIsWrong });
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  return new Config(parsed.data);
}

function ownEnvironment(): Record<string, string | undefined> {
  readEnvFile();
  return process.env;
}

/** Zod's own words, but where they would mislead: it is told NaN of a text that is no number. */
function whatIsWrong({
  input,
  code,
  expected,
}: {
  input: unknown;
  code: string;
  expected?: unknown;
}): string | undefined {
  if (input === undefined) return 'must be set';
  if (Number.isNaN(input)) return 'is set, but no number';
  if (code === 'invalid_type' && expected === 'int') return 'is set, but no whole number';
  return undefined;
}

export class ConfigError extends Error {
  /** @param problems `SETTING: what is wrong with it`, one each */
  constructor(readonly problems: readonly string[]) {
    super(`The environment is not usable:\n  ${problems.join('\n  ')}\nSee docs/env.md for every setting.`);
    this.name = 'ConfigError';
  }
}
