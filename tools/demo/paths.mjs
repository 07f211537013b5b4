import path from 'node:path';
import { CLONE } from '../servers/homes.mjs';

/** Everything the demo keeps; remove it to begin anew. */
export const HOME = path.join(CLONE, '.outbell');
export const LOGS = path.join(HOME, 'logs');
export const PIDS = path.join(HOME, 'pids');
export const ENVIRONMENT = path.join(HOME, 'env');
export const KEPT = path.join(HOME, 'demo.json');
