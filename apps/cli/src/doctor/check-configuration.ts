import { parseRateLimits } from '@outbell/planning/rate-limits.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { OutboundGuard } from '@outbell/providers/outbound-guard.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { ConfigError } from '@outbell/shared/config/load-config.js';
import { errorLine } from '../error-line.js';
import { failure, type Finding, ok, warning } from './finding.js';

const LOCAL_HOST = /^(localhost|127\.|\[?::1)/;

/** Finds what `load` refuses, setting by setting: nothing else can be checked then. */
export function checkLoading(load: () => Config): { config?: Config; findings: Finding[] } {
  try {
    return { config: load(), findings: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mend = 'set it in the environment; docs/env.md explains every setting';
    return { findings: error.problems.map((found) => failure('configuration', found, mend)) };
  }
}

/** Checks what a schema cannot say: settings that other parts read, and what is risky in production. */
export function checkConfiguration(config: Config): Finding[] {
  const findings = [...unreadable(config), ...riskyInProduction(config)];
  const found = `${config.values.NODE_ENV}, channels ${config.values.CHANNELS.join(', ')}`;
  return findings.length > 0 ? findings : [ok('configuration', found)];
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
      return problems.map((found) => failure('configuration', found));
    }
  });
}

function riskyInProduction(config: Config): Finding[] {
  if (!config.production) return [];
  const { PUBLIC_URL, METRICS_TOKEN } = config.values;
  const findings: Finding[] = [];
  if (LOCAL_HOST.test(new URL(PUBLIC_URL).hostname)) {
    const found = `PUBLIC_URL is ${PUBLIC_URL}: unsubscribe links will not work for recipients`;
    const mend = 'set PUBLIC_URL to the address at which the world reaches the API';
    findings.push(warning('configuration', found, mend));
  }
  if (METRICS_TOKEN === undefined) {
    const mend = 'set it (openssl rand -hex 24) and give it to Prometheus as bearer token';
    findings.push(warning('configuration', 'METRICS_TOKEN is not set: /metrics answers 404', mend));
  }
  return findings;
}
