// Loaded before an app (NODE_OPTIONS=--import …): its machine's clock is wrong by CLOCK_SHIFT_MS. Elapsed time stays
// right, as it does when somebody sets a clock.
const shift = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
const realNow = Date.now;

const shiftedNow = () => realNow() + shift;

globalThis.Date = new Proxy(Date, {
  construct: (date, given) => Reflect.construct(date, given.length > 0 ? given : [shiftedNow()]),
  get: (date, name) => (name === 'now' ? shiftedNow : Reflect.get(date, name)),
});
