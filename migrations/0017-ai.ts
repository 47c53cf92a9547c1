// The language model of a tenant: how it is set up, what it has used, and answers that are used again.

import { Migration } from '@mikro-orm/migrations'

const SETTINGS = `
create table ai_settings (
  tenant_id text primary key references tenants,
  model text not null,
  secret_id text,
  persona text not null default '',
  allowed_topics_json jsonb not null default '[]',
  catalogue_json jsonb not null default '[]',
  monthly_token_cap bigint check (monthly_token_cap > 0),
  warn_percent smallint not null default 80 check (warn_percent between 1 and 100),
  min_confidence real not null default 0.6 check (min_confidence between 0 and 1),
  history_messages smallint not null default 6 check (history_messages between 0 and 20),
  cache_hours smallint not null default 24 check (cache_hours between 0 and 720),
  safety text not null default 'BLOCK_MEDIUM_AND_ABOVE',
  updated_at timestamptz not null default now(),
  foreign key (tenant_id, secret_id) references secrets
);
`

/** `holds`: effect id to [tokens, second until which they count], for calls that are under way. */
const USAGE = `
create table usage_metering (
  tenant_id text not null,
  day date not null,
  workflow_id text not null,
  node_id text not null,
  contact_id text not null,
  calls integer not null,
  cache_hits integer not null,
  prompt_tokens bigint not null,
  candidates_tokens bigint not null,
  cached_tokens bigint not null,
  thoughts_tokens bigint not null,
  total_tokens bigint not null,
  primary key (tenant_id, day, workflow_id, node_id, contact_id)
) with (fillfactor = 80);
create table ai_calls (
  tenant_id text not null,
  effect_id text not null,
  call_id text not null,
  made_at timestamptz not null default now(),
  primary key (tenant_id, effect_id, call_id)
);
create table ai_months (
  tenant_id text not null,
  month date not null,
  tokens bigint not null default 0,
  holds jsonb not null default '{}',
  warned_at timestamptz,
  primary key (tenant_id, month)
) with (fillfactor = 50);
create table ai_answers (
  tenant_id text not null,
  hash text not null,
  answer_json jsonb not null,
  expires_at timestamptz not null,
  primary key (tenant_id, hash)
);
create index ai_answers_expired on ai_answers (expires_at);
`

/** I9. */
const isolate = (table: string): string => `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

const TABLES = ['ai_settings', 'usage_metering', 'ai_calls', 'ai_months', 'ai_answers']

export class Migration0017Ai extends Migration {
  override up(): void {
    this.addSql(SETTINGS)
    this.addSql(USAGE)
    for (const table of TABLES) this.addSql(isolate(table))
  }
}
