// Acts of people on all contacts of one state, and what became of each contact in them. Ended runs are found by their end:
// the past of a workflow is walked back over those that ended since.

import { Migration } from '@mikro-orm/migrations'

const ACTS = `
create table state_acts (
  tenant_id text not null,
  id text not null check (id ~ '^act_'),
  workflow_id text not null,
  kind text not null check (kind in ('say', 'move', 'stop', 'tag')),
  -- Which contacts: the state, how long they have been in it, their tag.
  filter_json jsonb not null,
  -- What is done to each of them.
  act_json jsonb not null,
  status text not null check (status in ('planning', 'running', 'done', 'stopped', 'undoing', 'undone')),
  -- Nobody else is sent anything; what is under way comes to its end.
  is_stopped boolean not null default false,
  reason text not null,
  -- Contacts that come into the state later are not meant.
  planned_at timestamptz not null default now(),
  -- The last run that was looked at.
  planned_run text not null default '',
  worked_at timestamptz not null default now(),
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflows
);
create index state_acts_work on state_acts (worked_at) where status in ('planning', 'running', 'undoing');
create index state_acts_workflow on state_acts (tenant_id, workflow_id, created_at desc);

create table state_act_items (
  tenant_id text not null,
  act_id text not null,
  run_id text not null,
  contact_id text not null,
  status text not null default 'pending' check (status in ('pending', 'sent', 'done', 'refused', 'undoing', 'undone')),
  -- Why it was not done.
  code text,
  -- The envelope that does it, and the one that takes it back.
  event_id text,
  undo_event_id text,
  sent_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, act_id, run_id),
  foreign key (tenant_id, act_id) references state_acts
) with (fillfactor = 80);
create index state_act_items_status on state_act_items (tenant_id, act_id, status, run_id);

create index workflow_runs_finished on workflow_runs (tenant_id, workflow_id, finished_at) where finished_at is not null;
`

function isolate(table: string): string {
  return `
grant select, insert, update on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));`
}

export class Migration0022StateActs extends Migration {
  override up(): void {
    this.addSql(ACTS)
    this.addSql(['state_acts', 'state_act_items'].map(isolate).join('\n'))
  }
}
