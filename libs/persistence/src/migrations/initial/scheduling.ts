/** Who does what an installation does once, and when. */
export const SCHEDULING = [
  // One row: which process leads. Its fence counts how often the lead has changed.
  `CREATE TABLE leader_lease (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    owner uuid NOT NULL,
    fence int NOT NULL DEFAULT 1,
    lease_until timestamptz NOT NULL
  )`,

  // A row for the latest fires of each scheduled job: whoever inserts it runs it, and another one only when the lease
  // has ended. Those before the last finished one are deleted.
  `CREATE TABLE schedule_fire (
    job text NOT NULL,
    due_at timestamptz NOT NULL,
    fence int NOT NULL DEFAULT 1,
    lease_until timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (job, due_at)
  )`,
];
