import { Api } from './api.mjs';
import { askCli } from './cli.mjs';
import { keep, readKept } from './kept.mjs';

const TENANT = 'demo';

/**
 * The API with a key of the demo's tenant: the one of the last start, if it still is good.
 *
 * @param {Record<string, string>} environment
 * @returns {Promise<Api>}
 */
export async function openTenant(environment) {
  const url = `http://localhost:${environment['API_PORT']}`;
  const { key } = readKept();
  if (key && (await new Api(url, key).accepted())) return new Api(url, key);
  const { data: tenants } = await askCli(['tenant', 'list'], environment);
  const exists = tenants.some((/** @type {{ name: string }} */ { name }) => name === TENANT);
  if (!exists) await askCli(['tenant', 'create', TENANT], environment);
  const what = ['--tenant', TENANT, '--name', 'demo', '--scopes', 'all', '--mode', 'live'];
  const made = await askCli(['key', 'create', ...what], environment);
  keep({ key: made.key });
  return new Api(url, made.key);
}
