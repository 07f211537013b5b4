// Loaded before a worker (NODE_OPTIONS=--import …): it dies the moment it has claimed a message to this recipient.
import pg from 'pg';

const DEADLY = 'deadly@example.org';

pg.Client.prototype.query = new Proxy(pg.Client.prototype.query, {
  apply: (query, client, given) => {
    const answer = Reflect.apply(query, client, given);
    if (answer instanceof Promise) answer.then(dieOfIt, () => undefined);
    return answer;
  },
});

/** @param {{ rows?: { recipient?: string, senderAddress?: string }[] }} result */
function dieOfIt({ rows = [] }) {
  if (rows.some((row) => row.senderAddress && row.recipient === DEADLY)) process.kill(process.pid, 'SIGKILL');
}
