// Dead letters with all that a replay needs, and the gate in front of everything that leaves: closed after a restore
// from back-up until somebody opens it.

import { Migration } from '@mikro-orm/migrations'

const DEAD_LETTERS = `
alter table dead_letters
  add column run_id text,
  add column node_id text,
  add column channel_id text,
  add column correlation_id text,
  add column attempts smallint not null default 0,
  -- Nobody knows whether the last attempt was taken.
  add column is_uncertain boolean not null default false,
  add column failed_at timestamptz not null default now(),
  add column replays smallint not null default 0,
  add column resolution text check (resolution in ('replayed', 'dropped')),
  -- As it was before a person edited it.
  add column original json;

update dead_letters d set failed_at = d.created_at,
  run_id = case when d.kind = 'effect' then 'run_' || regexp_replace(substr(d.id, 5), '_[0-9]+$', '') end;
update dead_letters d set channel_id = v.channel_id
  from messages m join conversations v on v.tenant_id = m.tenant_id and v.id = m.conversation_id
  where d.kind = 'effect' and m.tenant_id = d.tenant_id and m.effect_id = d.id;

create index dead_letters_list on dead_letters (tenant_id, failed_at desc, id desc);
create index dead_letters_contact on dead_letters (tenant_id, contact_id);
create index outbox_rest on outbox (tenant_id, position) where status in ('held', 'uncertain');
`

/** One row: it belongs to the installation and to no tenant. */
const GATE = `
create table dispatch_gate (
  id boolean primary key default true check (id),
  -- Which database this was when it was last looked at.
  system_identifier text not null,
  database_oid text not null,
  timeline text not null,
  -- The file of the data folder by which a copy of the folder is told; null where there is none.
  place text,
  -- Highest outbox position that was told outside of the database.
  position bigint not null default 0,
  closed_at timestamptz,
  details_json jsonb not null default '{}',
  opened_at timestamptz,
  opened_by text
) with (fillfactor = 50);

-- What was open when the gate closed and may have left already.
create table dispatch_suspects (
  tenant_id text not null,
  effect_id text not null,
  is_tried boolean not null,
  primary key (tenant_id, effect_id)
);
grant select on dispatch_suspects to fluxo_tenant;
alter table dispatch_suspects enable row level security;
create policy tenant on dispatch_suspects
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0007Deliveries extends Migration {
  override up(): void {
    this.addSql(DEAD_LETTERS)
    this.addSql(GATE)
  }
}
