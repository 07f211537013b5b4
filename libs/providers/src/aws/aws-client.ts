import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Readable, pipeline, Transform } from 'node:stream';
import type { AwsCredentials } from './aws.credentials.js';
import { LONGEST_ANSWER } from '../http/http-request.js';
import type { VendorAgents } from '../http/vendor-agents.js';

/** Options of a client of the AWS SDK. */
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
 * One attempt per call, over our agents. All that the SDK would else look up in the environment and the profile of
 * whoever runs the process is said here.
 */
export async function awsClientConfig(
  credentials: AwsCredentials & { base_url?: string },
  agents: VendorAgents,
): Promise<AwsClientConfig> {
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
    requestHandler: bounded(new NodeHttpHandler({ httpAgent: agents.http, httpsAgent: agents.https })),
  };
}

/** The SDK reads whatever comes, and a `base_url` may be anybody's. */
function bounded(handler: NodeHttpHandler): NodeHttpHandler {
  const handle = handler.handle.bind(handler);
  handler.handle = async (...request) => {
    const { response } = await handle(...request);
    response.body = upTo(LONGEST_ANSWER, response.body as Readable);
    return { response };
  };
  return handler;
}

function upTo(limit: number, body: Readable): Readable {
  let length = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      length += chunk.length;
      if (length > limit) done(Object.assign(new Error('the answer does not end'), { code: 'EMSGSIZE' }));
      else done(null, chunk);
    },
  });
  // Whoever reads what was counted gets the error.
  return pipeline(body, counted, () => undefined);
}
