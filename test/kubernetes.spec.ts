import { Config, configSchema } from '@outbell/shared/config/config.schema.js';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Service } from 'kubernetes-models/v1';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = path.join(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, 'deploy', 'kubernetes');
const IMAGE = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');

interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: { template: { spec: PodSpec }; selector?: unknown };
  data?: Record<string, string>;
}

interface PodSpec {
  containers: Container[];
  terminationGracePeriodSeconds: number;
  securityContext: { runAsNonRoot: boolean };
}

interface Container {
  name: string;
  command: string[];
  ports: { name: string; containerPort: number }[];
  envFrom: object[];
  securityContext: object;
  lifecycle: { preStop: { exec: { command: string[] } } };
  livenessProbe: Probe;
  readinessProbe: Probe;
}

interface Probe {
  httpGet: { path: string; port: string };
}

/** The JSON schemas of Kubernetes' API, as a registry package brings them. */
const SCHEMAS: Record<string, new (data: never) => { validate: () => void }> = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  PodDisruptionBudget,
  Service,
};

const kustomization = parse(readFileSync(path.join(FOLDER, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
const manifests = kustomization.resources.flatMap((file) =>
  parseAllDocuments(readFileSync(path.join(FOLDER, file), 'utf8')).map((document) => document.toJS() as Manifest),
);
const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
const podOf = ({ spec }: Manifest) => spec.template.spec;
const containerOf = (manifest: Manifest) => podOf(manifest).containers[0] as Container;

describe('the Kubernetes manifests', () => {
  it('are all named by the kustomization', () => {
    const files = readdirSync(FOLDER).filter((file) => file !== 'kustomization.yaml');
    expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
  });

  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s is as Kubernetes’ schema wants it',
    (_, manifest) => {
      const Model = SCHEMAS[manifest.kind];
      expect(Model, manifest.kind).toBeDefined();
      if (Model) new Model(manifest as never).validate();
    },
  );

  it('a wrong field would be found', () => {
    const [first] = deployments;
    const wrong = { ...first, spec: { ...first?.spec, replicas: 'two' } };
    expect(() => new Deployment(wrong as never).validate()).toThrow('replicas');
  });

  it.each(workloads.map((manifest) => [manifest.metadata.name, manifest] as const))(
    '%s runs what the image holds, as nobody, on a file system it cannot write',
    (_, manifest) => {
      const { command, securityContext, envFrom } = containerOf(manifest);
      expect(command[0]).toBe('node');
      const app = command.find((part) => part.endsWith('.js')) ?? '';
      // dist/apps/<app>/… is made of apps/<app>/….
      expect(existsSync(path.join(ROOT, app.replace(/^dist\/apps\/\w+\//, '').replace(/\.js$/, '.ts')))).toBe(true);
      expect(IMAGE).toContain(app);
      expect(podOf(manifest).securityContext.runAsNonRoot).toBe(true);
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(envFrom).toEqual([{ configMapRef: { name: 'outbell' } }, { secretRef: { name: 'outbell' } }]);
    },
  );

  it.each(deployments.map((manifest) => [manifest.metadata.name, manifest] as const))(
    '%s is probed on its own port, and has the time to drain',
    (_, manifest) => {
      const { values } = new Config(configSchema.parse(REQUIRED));
      const { name, ports, livenessProbe, readinessProbe, lifecycle } = containerOf(manifest);
      expect(ports).toEqual([{ name: 'http', containerPort: name === 'api' ? values.API_PORT : values.WORKER_PORT }]);
      expect(livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
      expect(readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
      const beforeMs = Number(lifecycle.preStop.exec.command[1]) * 1_000;
      expect(podOf(manifest).terminationGracePeriodSeconds * 1_000).toBeGreaterThan(
        beforeMs + values.SHUTDOWN_TIMEOUT_MS,
      );
    },
  );

  it('set what the installation knows', () => {
    const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
    for (const name of Object.keys(settings)) expect(Object.keys(configSchema.shape)).toContain(name);
    expect(configSchema.safeParse({ ...REQUIRED, ...settings }).success).toBe(true);
  });
});

const REQUIRED = {
  DATABASE_URL: 'postgres://outbell@postgres/outbell',
  KEY_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
};
