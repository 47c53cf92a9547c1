// All tables of the first line: tenant in every key and foreign key, journal and events partitioned by month.
// Queue-like tables (mailbox, timers, outbox) and the partitioned logs carry no foreign key to contacts: their rows
// are written in the transaction that has just read or made the contact, and a check per row would cost each Step.

import { Migration } from '@mikro-orm/migrations'

const RECORDS = `
create table tenants (
  id text primary key check (id ~ '^tnt_'),
  name text not null,
  zone text not null default 'America/Sao_Paulo',
  locale text not null default 'pt-BR' check (locale in ('pt-BR', 'en')),
  plan text not null default 'free',
  uncertain_policy text not null default 'retry' check (uncertain_policy in ('hold', 'retry')),
  created_at timestamptz not null default now()
);

create table users (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^usr_'),
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'builder', 'agent', 'support', 'viewer')),
  password_hash text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index users_email on users (lower(email));

create table secrets (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^sec_'),
  key_id text not null,
  ciphertext bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

create table channels (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^chn_'),
  kind text not null check (kind in ('whatsapp', 'email')),
  provider text not null,
  address text not null,
  display_address text not null,
  config_json jsonb not null default '{}',
  secret_id text not null,
  verified_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, secret_id) references secrets
);
create unique index channels_address on channels (kind, address);

create table templates (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^tpl_'),
  kind text not null check (kind in ('whatsapp', 'email')),
  name text not null,
  language text not null,
  body text not null,
  variables_json jsonb not null default '[]',
  approved_status text not null default 'PENDING',
  meta_json jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, kind, name, language)
);

create table lead_sources (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^src_'),
  type text not null check (type in ('leads', 'events')),
  name text not null,
  signing text not null default 'full' check (signing in ('full', 'body')),
  unknown_contact text not null default 'reject' check (unknown_contact in ('reject', 'upsert')),
  config_json jsonb not null default '{}',
  secret_id text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, secret_id) references secrets
);

create table contacts (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^cnt_'),
  name text,
  phone_e164 text check (phone_e164 ~ '^\\+[1-9][0-9]{6,14}$'),
  email text check (email = lower(email)),
  external_id text,
  tags text[] not null default '{}',
  fields_json jsonb not null default '{}',
  last_channel text,
  shard smallint not null check (shard between 0 and 255),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index contacts_phone on contacts (tenant_id, phone_e164) where phone_e164 is not null;
create unique index contacts_email on contacts (tenant_id, email) where email is not null;
create unique index contacts_external on contacts (tenant_id, external_id) where external_id is not null;
create index contacts_recent on contacts (tenant_id, created_at desc, id desc);
create index contacts_name on contacts using gin (lower(name) gin_trgm_ops);

create table leads (
  tenant_id text not null,
  id text not null check (id ~ '^led_'),
  source_id text not null,
  contact_id text not null,
  event_id text not null,
  external_id text,
  payload_json jsonb not null,
  captured_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references lead_sources,
  foreign key (tenant_id, contact_id) references contacts
);
create index leads_contact on leads (tenant_id, contact_id, captured_at desc);
create index leads_source on leads (tenant_id, source_id, external_id);

create table conversations (
  tenant_id text not null,
  id text not null check (id ~ '^cnv_'),
  contact_id text not null,
  channel_id text not null,
  status text not null default 'open' check (status in ('open', 'pending', 'closed')),
  last_message_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, contact_id, channel_id),
  foreign key (tenant_id, contact_id) references contacts,
  foreign key (tenant_id, channel_id) references channels
);

create table messages (
  tenant_id text not null,
  id text not null check (id ~ '^msg_'),
  conversation_id text not null,
  contact_id text not null,
  channel text not null check (channel in ('whatsapp', 'email')),
  direction text not null check (direction in ('in', 'out')),
  kind text not null,
  provider_msg_id text,
  effect_id text,
  content_json jsonb not null,
  status text not null,
  status_rank smallint not null,
  error_json jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references conversations
);
create index messages_contact on messages (tenant_id, contact_id, created_at desc, id desc);
create unique index messages_effect on messages (tenant_id, effect_id) where effect_id is not null;
create unique index messages_provider on messages (tenant_id, provider_msg_id) where provider_msg_id is not null;

create table workflows (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^wf_'),
  name text not null,
  definition_json jsonb not null,
  draft_hash text not null,
  status text not null default 'draft' check (status in ('draft', 'published')),
  published_version_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

create table workflow_versions (
  tenant_id text not null,
  id text not null check (id ~ '^ver_'),
  workflow_id text not null,
  number integer not null check (number > 0),
  content_hash text not null,
  definition_json jsonb not null,
  published_by text,
  published_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, workflow_id, number),
  unique (tenant_id, workflow_id, content_hash),
  foreign key (tenant_id, workflow_id) references workflows
);
alter table workflows add foreign key (tenant_id, published_version_id) references workflow_versions;

create table workflow_runs (
  tenant_id text not null,
  id text not null check (id ~ '^run_'),
  contact_id text not null,
  workflow_id text not null,
  version_id text not null,
  trigger_event_id text not null,
  status text not null check (status in ('active', 'done', 'failed', 'stopped')),
  state text not null,
  states text[] not null,
  since timestamptz not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  error_json jsonb,
  context_json jsonb,
  primary key (tenant_id, id),
  foreign key (tenant_id, version_id) references workflow_versions
) with (fillfactor = 80);
create index workflow_runs_state on workflow_runs (tenant_id, workflow_id, state, since, id) where status = 'active';
create index workflow_runs_side on workflow_runs (tenant_id, workflow_id) where status = 'active' and cardinality(states) > 1;
create index workflow_runs_contact on workflow_runs (tenant_id, contact_id, started_at desc, id desc);

create table audit_log (
  tenant_id text not null references tenants,
  id text not null check (id ~ '^aud_'),
  user_id text not null,
  action text not null,
  subject text not null,
  reason text,
  details_json jsonb not null default '{}',
  at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index audit_log_subject on audit_log (tenant_id, subject, at desc);
`

const LINE = `
create table events (
  tenant_id text not null,
  id text not null,
  type text not null,
  source text not null,
  contact_id text not null,
  payload_json jsonb not null,
  correlation_id text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  primary key (tenant_id, id, received_at)
) partition by range (received_at);
create index events_contact on events (tenant_id, contact_id, received_at desc);

create table accepted_keys (
  tenant_id text not null,
  key text not null check (length(key) <= 500),
  event_id text not null,
  accepted_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create index accepted_keys_age on accepted_keys using brin (accepted_at);

create table mailbox (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  contact_id text not null,
  shard smallint not null,
  envelope json not null,
  attempts smallint not null default 0,
  retry_at timestamptz,
  parked_at timestamptz,
  parked_reason text,
  accepted_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index mailbox_shard on mailbox (shard, id);
create index mailbox_contact on mailbox (tenant_id, contact_id, id);
create index mailbox_held on mailbox (shard, tenant_id, contact_id) where attempts > 0;

create table actor_snapshots (
  tenant_id text not null,
  contact_id text not null,
  shard smallint not null,
  seq bigint not null,
  state json not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, contact_id),
  foreign key (tenant_id, contact_id) references contacts
) with (fillfactor = 70);

create table journal (
  tenant_id text not null,
  contact_id text not null,
  seq bigint not null,
  at timestamptz not null,
  event_id text not null,
  event_type text not null,
  entry json not null,
  primary key (tenant_id, contact_id, seq, at)
) partition by range (at);

create table timers (
  tenant_id text not null,
  contact_id text not null,
  run_id text not null,
  timer_id text not null,
  node_id text not null,
  generation integer not null,
  shard smallint not null,
  due_at timestamptz not null,
  primary key (tenant_id, contact_id, run_id, timer_id)
);
create index timers_due on timers (shard, due_at);

create table outbox (
  tenant_id text not null,
  id text not null check (id ~ '^eff_'),
  position bigint generated always as identity,
  contact_id text not null,
  shard smallint not null,
  run_id text not null,
  node_id text not null,
  kind text not null,
  channel_id text,
  lane text,
  command json not null,
  correlation_id text not null,
  status text not null default 'waiting'
    check (status in ('waiting', 'dispatched', 'sending', 'uncertain', 'held')),
  attempts smallint not null default 0,
  next_at timestamptz not null default now(),
  claim_token text,
  moved_at timestamptz not null default now(),
  last_error json,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index outbox_due on outbox (status, next_at);
create index outbox_lane on outbox (lane, position) where lane is not null;
create index outbox_contact on outbox (tenant_id, contact_id);

create table dead_letters (
  tenant_id text not null,
  id text not null,
  kind text not null check (kind in ('effect', 'envelope')),
  contact_id text not null,
  code text not null,
  reason text not null,
  body json not null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  primary key (tenant_id, id)
);
create index dead_letters_open on dead_letters (tenant_id, created_at desc) where resolved_at is null;

create table state_counts (
  tenant_id text not null,
  workflow_id text not null,
  version_id text not null,
  state text not null,
  shard smallint not null,
  contacts bigint not null default 0,
  primary key (tenant_id, version_id, state, shard)
) with (fillfactor = 50);
create index state_counts_workflow on state_counts (tenant_id, workflow_id);

create table shard_leases (
  shard smallint primary key check (shard between 0 and 255),
  owner text,
  epoch bigint not null default 0
);
insert into shard_leases (shard) select generate_series(0, 255);

-- The heartbeat lies apart from the lease rows that batches lock, so renewing never waits for a batch.
create table workers (
  id text primary key,
  started_at timestamptz not null default now(),
  expires_at timestamptz not null
) with (fillfactor = 50);
`

/** Partitions by month of UTC, whoever asks, some ahead; the default one takes what no month covers, so nothing is ever refused. */
const PARTITIONS = `
create function fluxo_ensure_partitions(months_ahead integer) returns void language plpgsql
  set timezone = 'UTC' as $$
declare
  parent text;
  start date;
begin
  foreach parent in array array['events', 'journal'] loop
    for n in 0..months_ahead loop
      start := (date_trunc('month', now()) + make_interval(months => n))::date;
      execute format(
        'create table if not exists %I partition of %I for values from (%L) to (%L)',
        parent || to_char(start, '_YYYYMM'), parent, start, (start + interval '1 month')::date);
    end loop;
  end loop;
end $$;
create table events_default partition of events default;
create table journal_default partition of journal default;
select fluxo_ensure_partitions(3);
`

/** I9: a transaction of one tenant runs under this role and sees that tenant's rows only. */
const TENANT_TABLES = [
  'users',
  'secrets',
  'channels',
  'templates',
  'lead_sources',
  'contacts',
  'leads',
  'conversations',
  'messages',
  'workflows',
  'workflow_versions',
  'workflow_runs',
  'audit_log',
  'events',
  'accepted_keys',
  'mailbox',
  'actor_snapshots',
  'journal',
  'timers',
  'outbox',
  'dead_letters',
  'state_counts',
]

const ROLE = `
do $$ begin
  -- Roles belong to the whole server: an administrator or another database may have made it.
  if not exists (select from pg_roles where rolname = 'fluxo_tenant') then
    create role fluxo_tenant nologin;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
  execute format('grant fluxo_tenant to %I', current_user);
exception when others then null;
end $$;
grant usage on schema public to fluxo_tenant;
grant select on tenants to fluxo_tenant;
alter table tenants enable row level security;
create policy tenant on tenants using (id = current_setting('fluxo.tenant_id', true));
`

function isolate(table: string): string {
  return `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));`
}

export class Migration0001Initial extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm;')
    this.addSql(RECORDS)
    this.addSql(LINE)
    this.addSql(PARTITIONS)
    this.addSql(ROLE)
    this.addSql(TENANT_TABLES.map(isolate).join('\n'))
    // What happened stays as it was written down.
    this.addSql('revoke update, delete on audit_log, journal, events from fluxo_tenant;')
  }
}
