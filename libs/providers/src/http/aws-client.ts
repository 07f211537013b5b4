import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentials } from './aws-credentials.decorators.js';
import type { VendorAgents } from './vendor-agents.js';

/** What a client of the AWS SDK is made with. */
export interface AwsClientConfig {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  endpoint?: string;
  maxAttempts: 1;
  retryMode: 'standard';
  defaultsMode: 'legacy';
  useDualstackEndpoint: false;
  useFipsEndpoint: false;
  requestHandler: NodeHttpHandler;
}

/**
 * One attempt per call, over our agents. All that the SDK would else look up in the environment and the profile of whoever runs the
 * process is said here.
 */
export async function awsClientConfig(credentials: AwsCredentials, agents: VendorAgents): Promise<AwsClientConfig> {
  const { region, access_key_id: accessKeyId, secret_access_key: secretAccessKey, base_url: endpoint } = credentials;
  const { NodeHttpHandler } = await import('@smithy/node-http-handler');
  return {
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'legacy',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    requestHandler: new NodeHttpHandler({ httpAgent: agents.http, httpsAgent: agents.https }),
  };
}
