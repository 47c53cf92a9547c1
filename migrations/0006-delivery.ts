// What sending needs to share among processes: how fast a number and a tenant may send, and which provider accounts
// are down.

import { Migration } from '@mikro-orm/migrations'

const TABLES = `
create table send_limits (
  tenant_id text not null references tenants,
  -- A channel's id, 'tenant' for all that a tenant sends, 'retry' for what it sends again.
  key text not null,
  per_second real not null check (per_second >= 0.01),
  -- When what was granted is used up (the theoretical arrival time of GCRA).
  free_at timestamptz not null default '-infinity',
  -- Until when there are turns given away: who comes now stands behind them.
  line_until timestamptz not null default '-infinity',
  -- Of the latest claim: asked for, granted, put at the end of the line.
  wanted integer not null default 0,
  granted integer not null default 0,
  lined integer not null default 0,
  primary key (tenant_id, key)
) with (fillfactor = 50);

create table circuits (
  tenant_id text not null,
  channel_id text not null,
  -- Failures of the account in a row, of different effects.
  failures integer not null default 0,
  last_effect_id text,
  last_error json,
  -- Null while it is closed.
  opened_at timestamptz,
  -- When the next single effect may try.
  probe_at timestamptz not null default '-infinity',
  changed_at timestamptz not null default now(),
  primary key (tenant_id, channel_id),
  foreign key (tenant_id, channel_id) references channels on delete cascade
) with (fillfactor = 50);

-- When the provider took it: a number may write to one person only so often.
alter table messages add column sent_at timestamptz;

-- Tenants take turns in leaving.
create index outbox_waiting on outbox (tenant_id, next_at) where status = 'waiting';
-- What we perform on our own records goes over no channel.
create index outbox_local on outbox (position) where status = 'waiting' and channel_id is null;
`

/** I9: the same isolation that the tables of 0001 have. */
const isolate = (table: string): string => `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0006Delivery extends Migration {
  override up(): void {
    this.addSql(TABLES)
    this.addSql(['send_limits', 'circuits'].map(isolate).join('\n'))
  }
}
