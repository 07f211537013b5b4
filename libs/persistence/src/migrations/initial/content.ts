/** Templates and what they say. */
export const CONTENT = [
  `CREATE TABLE template (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    name text NOT NULL,
    channel text NOT NULL,
    locale text NOT NULL,
    published_version int,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT template_own UNIQUE (tenant_id, id)
  )`,
  `CREATE UNIQUE INDEX template_name ON template (tenant_id, name, channel, locale) WHERE archived_at IS NULL`,

  // Versions never change once written: what a message was rendered from can always be read again.
  `CREATE TABLE template_version (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    template_id uuid NOT NULL,
    version int NOT NULL,
    subject text,
    html text,
    text text,
    variables text[] NOT NULL,
    lenient boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (template_id, version),
    CONSTRAINT template_version_template_id_fkey FOREIGN KEY (tenant_id, template_id)
      REFERENCES template (tenant_id, id)
  )`,
];
