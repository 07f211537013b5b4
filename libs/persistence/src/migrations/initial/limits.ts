/**
 * Rate limits: one row for each limited thing, locked while slots are booked; one row for each slice of time in which
 * something was booked.
 */
export const LIMITS = [
  `CREATE TABLE rate_level (
    key text PRIMARY KEY,
    slice_ms int NOT NULL,
    slot_limit int NOT NULL,
    full_spans text NOT NULL,
    last_slice bigint NOT NULL
  ) WITH (fillfactor = 50)`,
  `COMMENT ON COLUMN rate_level.full_spans IS
   'slices without room under slot_limit, as JSON [[from, to], …], to not included; numbered from 1970'`,
  `COMMENT ON COLUMN rate_level.last_slice IS 'no slice after this one has a row'`,
  `CREATE TABLE rate_slot (
    key text NOT NULL,
    slice bigint NOT NULL,
    count int NOT NULL,
    PRIMARY KEY (key, slice)
  ) WITH (fillfactor = 50)`,
];
