import { loadConfig } from '@outbell/shared/config/load-config.js';
import { exitAfter } from '@outbell/shared/exit-after.js';
import { armFailpoints } from '@outbell/shared/failpoints.js';
import { logWarnings } from '@outbell/shared/logging/log-warnings.js';
import { startFailure } from '@outbell/shared/start-failure.js';
import { createApi } from './http/create-api.js';

try {
  const config = loadConfig();
  armFailpoints(config.values.FAILPOINTS);
  const app = await createApi(config);
  logWarnings();
  exitAfter(config.values.SHUTDOWN_DELAY_MS + config.values.SHUTDOWN_TIMEOUT_MS);
  await app.listen(config.values.API_PORT, config.values.API_HOST);
} catch (error) {
  process.stderr.write(`${startFailure(error, 'API_PORT')}\n`);
  process.exit(1);
}
