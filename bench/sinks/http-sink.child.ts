import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../harness/answer.js';
import { epochMs } from '../harness/epoch.js';
import { PROBE } from './probe.js';

/** Takes a message per POST, and answers with an id as vendors do. Of probes it notes when they came. */
let arrived = 0;
let probes: [tag: string, at: number][] = [];
let looking = false;

const server = createServer((request, response) => {
  if (looking) request.setEncoding('utf8').on('data', noteProbe);
  request.resume().once('end', () => {
    arrived++;
    const body = `{"id":"m-${arrived}"}`;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
server.keepAliveTimeout = 600_000; // its clients are stopped between rounds
server.listen(0, '127.0.0.1');
await once(server, 'listening');

/** These bodies are small: they come in one piece. */
function noteProbe(body: string): void {
  if (!body.includes(`"to":"${PROBE}`)) return;
  const { tag } = JSON.parse(body) as { tag: string };
  probes.push([tag, epochMs()]);
}

answer({
  port: () => (server.address() as AddressInfo).port,
  arrived: () => arrived,
  probes: () => probes,
  reset: ({ lookForProbes = false }: { lookForProbes?: boolean }) => {
    arrived = 0;
    probes = [];
    looking = lookForProbes;
  },
});
