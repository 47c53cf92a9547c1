// Where active runs stand moves to a table of its own: a move then writes one small row and two indexes instead of a
// wide row and five. Checks and an index that every Step paid for and that told nobody anything are dropped: messages,
// snapshots and runs are written in the transaction that has just read or made what they point to.

import { Migration } from '@mikro-orm/migrations'

const PLACES = `
create table run_places (
  tenant_id text not null,
  run_id text not null,
  workflow_id text not null,
  -- Node that the run is in, and since when; where paths run side by side, the one that was there first.
  state text not null,
  states text[] not null,
  since timestamptz not null,
  primary key (tenant_id, run_id)
) with (fillfactor = 70);
insert into run_places (tenant_id, run_id, workflow_id, state, states, since)
  select tenant_id, id, workflow_id, state, states, since from workflow_runs where status = 'active';
create index run_places_state on run_places (tenant_id, workflow_id, state, since, run_id);
create index run_places_side on run_places (tenant_id, workflow_id) where cardinality(states) > 1;

drop index workflow_runs_state;
drop index workflow_runs_side;
alter table workflow_runs drop column states;
-- Of a run that is over: where it was last, and since when. Null while it is active.
alter table workflow_runs alter column state drop not null, alter column since drop not null;
update workflow_runs set state = null, since = null where status = 'active';
grant select, insert, update, delete on run_places to fluxo_tenant;
alter table run_places enable row level security;
create policy tenant on run_places
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

const PER_STEP = `
alter table messages drop constraint messages_tenant_id_conversation_id_fkey;
alter table actor_snapshots drop constraint actor_snapshots_tenant_id_contact_id_fkey;
alter table workflow_runs drop constraint workflow_runs_tenant_id_version_id_fkey;
drop index outbox_contact;
`

export class Migration0009Places extends Migration {
  override up(): void {
    this.addSql(PLACES)
    this.addSql(PER_STEP)
  }
}
