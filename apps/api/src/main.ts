import { loadConfig } from '@outbell/shared/config/load-config.js';
import { createApi } from './http/create-api.js';

const config = loadConfig();
const app = await createApi(config);
await app.listen(config.values.API_PORT, config.values.API_HOST);
