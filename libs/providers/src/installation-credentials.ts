import type { Config } from '@outbell/shared/config/config.schema.js';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import type { InstallationSettings, ProviderType } from './provider.js';

type Settings = Config['values'];

export interface InstallationCredentials {
  /** Null: nothing is set, or not all of it. */
  credentials: object | null;
  /** `SETTING: what is wrong with it`. No value is repeated. */
  problems: string[];
}

/** The credentials that settings make for a provider, checked as those of a tenant are. */
export function installationCredentials(type: ProviderType, settings: Settings): InstallationCredentials {
  const source = type.settings;
  if (!source) return { credentials: null, problems: [] };
  const needed = valuesOf(source.needs, settings);
  const taken = valuesOf(source.takes ?? {}, settings);
  const missing = Object.keys(source.needs).filter((field) => needed[field] === undefined);
  if (missing.length > 0) return { credentials: null, problems: incomplete(source, missing, { ...needed, ...taken }) };
  const credentials = { ...(source.read?.(needed) ?? needed), ...taken };
  return { credentials, problems: refused(type, credentials, source) };
}

function valuesOf(fields: Record<string, keyof Settings>, settings: Settings): Record<string, unknown> {
  const values = Object.entries(fields).map(([field, setting]) => [field, settings[setting]] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Nothing is wrong when nothing is set. */
function incomplete(
  { needs, takes }: InstallationSettings,
  missing: string[],
  given: Record<string, unknown>,
): string[] {
  const settings = { ...needs, ...takes };
  const [set] = Object.keys(given).map((field) => settings[field]);
  return set === undefined ? [] : missing.map((field) => `${settings[field] ?? field}: must be set too, beside ${set}`);
}

function refused({ Credentials }: ProviderType, credentials: object, { needs, takes }: InstallationSettings): string[] {
  const checked = validateSync(plainToInstance(Credentials, credentials), {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false, value: false },
  });
  const settings: Record<string, string> = { ...needs, ...takes };
  return checked.flatMap((error) => {
    // All of a mail server's fields come of one setting.
    const setting = settings[error.property] ?? Object.values(needs)[0] ?? error.property;
    return messagesOf(error).map((message) => `${setting}: ${message}`);
  });
}

function messagesOf({ constraints = {}, children = [] }: ValidationError): string[] {
  return [...Object.values(constraints), ...children.flatMap(messagesOf)];
}
