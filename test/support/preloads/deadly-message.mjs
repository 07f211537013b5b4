// Loaded before a worker (NODE_OPTIONS=--import …): it dies the moment it has claimed a message to this recipient.
import pg from 'pg';

const DEADLY = 'deadly@example.org';

// A query is answered by a promise, or, when it comes through a pool, by a callback at the end of what was given.
pg.Client.prototype.query = new Proxy(pg.Client.prototype.query, {
  apply: (query, client, given) => {
    const callback = given.at(-1);
    if (typeof callback === 'function') given = [...given.slice(0, -1), told(callback)];
    const answer = Reflect.apply(query, client, given);
    if (answer instanceof Promise) answer.then(dieOfIt, () => undefined);
    return answer;
  },
});

/** @param {(error: unknown, result: { rows?: object[] } | undefined) => void} callback */
function told(callback) {
  return (/** @type {unknown} */ error, /** @type {{ rows?: object[] } | undefined} */ result) => {
    if (result) dieOfIt(result);
    callback(error, result);
  };
}

/** @param {{ rows?: { recipient?: string, senderAddress?: string }[] }} result */
function dieOfIt({ rows = [] }) {
  if (rows.some((row) => row.senderAddress && row.recipient === DEADLY)) process.kill(process.pid, 'SIGKILL');
}
