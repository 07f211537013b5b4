import type { ProviderOptions, ProviderType, Verification } from '@outbell/providers/provider.js';
import { errorLine } from '../error-line.js';

/** Tells whether the vendor accepts these credentials. Sends nothing. */
export async function askVendor(
  Provider: ProviderType,
  credentials: object,
  options: ProviderOptions,
): Promise<Verification> {
  const provider = new Provider(credentials, options);
  try {
    return await provider.verify();
  } catch (error) {
    return { ok: false, reason: errorLine(error) };
  } finally {
    await provider.close();
  }
}
