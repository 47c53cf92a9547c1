// Where leads come from: what sources were sent, forms, Meta's lead ads, imported lists; and where a contact came from,
// kept until it buys.

import { Migration } from '@mikro-orm/migrations'

const SOURCES = `
alter table lead_sources drop constraint lead_sources_type_check;
alter table lead_sources add constraint lead_sources_type_check
  check (type in ('leads', 'events', 'form', 'meta_leads', 'csv')) not valid;
alter table lead_sources alter column secret_id drop not null;
alter table lead_sources add column mapping_json jsonb;
alter table lead_sources add column window_seconds integer not null default 0
  check (window_seconds between 0 and 2592000);
alter table lead_sources add column updated_at timestamptz not null default now();
create index lead_sources_id on lead_sources (id);
alter table leads add column is_repeat boolean not null default false;

-- The last ones of each source, for people who set it up.
create table source_payloads (
  tenant_id text not null,
  source_id text not null,
  id text not null,
  body bytea not null,
  bytes integer not null,
  outcome text not null check (outcome in ('accepted', 'duplicate', 'refused')),
  code text,
  field text,
  reason text,
  event_id text,
  received_at timestamptz not null,
  primary key (tenant_id, source_id, id),
  foreign key (tenant_id, source_id) references lead_sources on delete cascade
);

-- Until when the same person's next lead of a source is the same lead.
create table lead_windows (
  tenant_id text not null,
  source_id text not null,
  contact_id text not null,
  event_id text not null,
  until timestamptz not null,
  primary key (tenant_id, source_id, contact_id)
);
create index lead_windows_until on lead_windows (until);
`

const ATTRIBUTION = `
create table attributions (
  tenant_id text not null,
  contact_id text not null,
  first_json jsonb not null,
  first_at timestamptz not null,
  last_json jsonb not null,
  last_at timestamptz not null,
  touches integer not null default 1,
  primary key (tenant_id, contact_id)
);

-- What a contact bought, with the touch that came last before it.
create table conversions (
  tenant_id text not null,
  event_id text not null,
  contact_id text not null,
  type text not null,
  value_cents bigint,
  currency text,
  occurred_at timestamptz not null,
  first_json jsonb,
  last_json jsonb,
  primary key (tenant_id, event_id)
);
create index conversions_contact on conversions (tenant_id, contact_id, occurred_at desc);
`

const FORMS = `
create table forms (
  tenant_id text not null,
  id text not null check (id ~ '^frm_'),
  source_id text not null,
  key text not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  name text not null,
  definition_json jsonb not null,
  secret_id text not null,
  version integer not null default 1,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, key),
  foreign key (tenant_id, source_id) references lead_sources,
  foreign key (tenant_id, secret_id) references secrets
);
-- The address of a form names no tenant.
create unique index forms_id on forms (id);
`

const META = `
-- Each lead that Meta told of, until it was read.
create table leadgen_fetches (
  tenant_id text not null,
  leadgen_id text not null,
  channel_id text not null,
  form_id text,
  told_json jsonb not null default '{}',
  lead_json jsonb,
  found_by text not null check (found_by in ('webhook', 'reconcile')),
  status text not null default 'waiting' check (status in ('waiting', 'done', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  last_error text,
  event_id text,
  contact_id text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (tenant_id, leadgen_id),
  foreign key (tenant_id, channel_id) references channels on delete cascade
);
create index leadgen_fetches_due on leadgen_fetches (next_at) where status = 'waiting';
create index leadgen_fetches_channel on leadgen_fetches (tenant_id, channel_id, created_at desc);

-- When each page is read whole the next time, and since when.
create table leadgen_pages (
  tenant_id text not null,
  channel_id text not null,
  since timestamptz not null,
  next_at timestamptz not null default now(),
  read_at timestamptz,
  found integer not null default 0,
  last_error text,
  primary key (tenant_id, channel_id),
  foreign key (tenant_id, channel_id) references channels on delete cascade
);
create index leadgen_pages_due on leadgen_pages (next_at);
`

const IMPORTS = `
create table imports (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^imp_'),
  source_id text not null,
  name text not null,
  status text not null check (status in ('uploading', 'ready', 'running', 'done', 'cancelled')),
  columns_json jsonb not null default '[]',
  options_json jsonb not null default '{}',
  total integer not null default 0,
  done integer not null default 0,
  counts_json jsonb not null default '{}',
  claimed_until timestamptz not null default now(),
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references lead_sources
);
create index imports_recent on imports (tenant_id, created_at desc);
create index imports_running on imports (claimed_until) where status = 'running';

create table import_rows (
  tenant_id text not null,
  import_id text not null,
  n integer not null,
  line integer not null,
  cells text[] not null,
  outcome text check (outcome in ('new', 'existing', 'repeated', 'invalid')),
  is_settled boolean not null default false,
  field text,
  reason text,
  primary key (tenant_id, import_id, n),
  foreign key (tenant_id, import_id) references imports on delete cascade
);
`

const TABLES = [
  'source_payloads',
  'lead_windows',
  'attributions',
  'conversions',
  'forms',
  'leadgen_fetches',
  'leadgen_pages',
  'imports',
  'import_rows',
]

/** I9: a transaction of one tenant sees that tenant's rows only. */
const isolationOf = (table: string): string => `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0018Leads extends Migration {
  override up(): void {
    for (const sql of [SOURCES, ATTRIBUTION, FORMS, META, IMPORTS]) this.addSql(sql)
    for (const table of TABLES) this.addSql(isolationOf(table))
  }
}
