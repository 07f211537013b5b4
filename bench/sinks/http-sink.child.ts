import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../harness/answer.js';

/** Takes a message per POST, and answers with an id as vendors do. */
let arrived = 0;

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    arrived++;
    const body = `{"id":"m-${arrived}"}`;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
server.keepAliveTimeout = 600_000; // its clients are stopped between rounds
server.listen(0, '127.0.0.1');
await once(server, 'listening');

answer({
  port: () => (server.address() as AddressInfo).port,
  arrived: () => arrived,
  reset: () => void (arrived = 0),
});
