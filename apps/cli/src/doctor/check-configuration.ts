import { parseRateLimits } from '@outbell/planning/rate-limits.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { OutboundGuard } from '@outbell/providers/outbound-guard.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { ConfigError } from '@outbell/shared/config/load-config.js';
import { errorLine } from '../error-line.js';
import type { Finding } from './finding.js';

const check = 'configuration';
const LOCAL_HOST = /^(localhost|127\.|\[?::1)/;

/** What `load` refuses, setting by setting: nothing else can be checked then. */
export function checkLoading(load: () => Config): { config?: Config; findings: Finding[] } {
  try {
    return { config: load(), findings: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mend = 'set it in the environment; docs/env.md explains every setting';
    return { findings: error.problems.map((found) => ({ check, status: 'fail', found, mend })) };
  }
}

/** What a schema cannot say: settings that other parts read, and what is risky in production. */
export function checkConfiguration(config: Config): Finding[] {
  const findings = [...unreadable(config), ...riskyInProduction(config)];
  const found = `${config.values.NODE_ENV}, channels ${config.values.CHANNELS.join(', ')}`;
  return findings.length > 0 ? findings : [{ check, status: 'ok', found }];
}

function unreadable(config: Config): Finding[] {
  const { values } = config;
  const readers = [
    () => parseRateLimits(values.RATE_LIMITS),
    () => new OutboundGuard(values.OUTBOUND_ALLOW),
    () => new InstallationConnections(config, PROVIDERS),
  ];
  return readers.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [errorLine(error)];
      return problems.map((found) => ({ check, status: 'fail', found }) as const);
    }
  });
}

function riskyInProduction(config: Config): Finding[] {
  if (!config.production) return [];
  const { PUBLIC_URL, METRICS_TOKEN } = config.values;
  const findings: Finding[] = [];
  if (LOCAL_HOST.test(new URL(PUBLIC_URL).hostname)) {
    const found = `PUBLIC_URL is ${PUBLIC_URL}: unsubscribe links will not work for recipients`;
    findings.push({
      check,
      status: 'warn',
      found,
      mend: 'set PUBLIC_URL to the address at which the world reaches the API',
    });
  }
  if (METRICS_TOKEN === undefined) {
    const found = 'METRICS_TOKEN is not set: /metrics answers 404';
    findings.push({
      check,
      status: 'warn',
      found,
      mend: 'set it (openssl rand -hex 24) and give it to Prometheus as bearer token',
    });
  }
  return findings;
}
