// Media of messages, kept in pieces because PostgreSQL is all that the machines share; for how long, by tenant; and what
// a message costs.

import { Migration } from '@mikro-orm/migrations'

const MEDIA = `
create table media (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^med_'),
  message_id text,
  status text not null check (status in ('pending', 'stored', 'refused', 'expired')),
  -- What is known of it: what it is said to be, and once it is stored what it is.
  mime_type text,
  filename text,
  size int check (size >= 0),
  sha256 text,
  -- Why it is not stored.
  code text,
  reason text,
  created_at timestamptz not null default now(),
  stored_at timestamptz,
  primary key (tenant_id, id)
);
create index media_message on media (tenant_id, message_id);
create index media_stored on media (tenant_id, stored_at) where status = 'stored';

create table media_chunks (
  tenant_id text not null,
  media_id text not null,
  n int not null check (n >= 0),
  bytes bytea not null check (length(bytes) between 1 and 1048576),
  primary key (tenant_id, media_id, n),
  foreign key (tenant_id, media_id) references media on delete cascade
);
-- Photos and voice do not get smaller.
alter table media_chunks alter column bytes set storage external;

-- Left empty: the installation's MEDIA_DAYS.
alter table tenants add column media_days int check (media_days > 0);
alter table messages add column pricing_json jsonb;
`

const ISOLATION = ['media', 'media_chunks']
  .map(
    (table) => `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`,
  )
  .join('')

export class Migration0014Media extends Migration {
  override up(): void {
    this.addSql(MEDIA)
    this.addSql(ISOLATION)
  }
}
