// Moving running contacts from version to version: each migration, and what became of each run in it.

import { Migration } from '@mikro-orm/migrations'

const MIGRATIONS = `
create table run_migrations (
  tenant_id text not null,
  id text not null check (id ~ '^mig_'),
  workflow_id text not null,
  kind text not null check (kind in ('move', 'end')),
  -- Null when runs end.
  to_version_id text,
  from_versions text[] not null,
  -- By version: old node id to new one.
  map_json jsonb not null,
  status text not null check (status in ('planning', 'running', 'done', 'stopped', 'undoing', 'undone')),
  stop_above real not null default 0.1,
  stop_reason text,
  reason text not null,
  -- The last run that was looked at: its version and id.
  planned_version text not null default '',
  planned_run text not null default '',
  worked_at timestamptz not null default now(),
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflows,
  foreign key (tenant_id, to_version_id) references workflow_versions
);
create unique index run_migrations_active on run_migrations (tenant_id, workflow_id)
  where status in ('planning', 'running', 'undoing');
create index run_migrations_work on run_migrations (worked_at) where status in ('planning', 'running', 'undoing');
create index run_migrations_workflow on run_migrations (tenant_id, workflow_id, created_at desc);

-- No foreign key to runs: the rows are written for runs that have just been read, batch by batch.
create table run_migration_items (
  tenant_id text not null,
  migration_id text not null,
  run_id text not null,
  contact_id text not null,
  version_id text not null,
  state text not null,
  status text not null default 'pending' check (status in ('pending', 'moved', 'refused', 'gone', 'undone')),
  -- Why it did not move, or not back.
  code text,
  -- True when it was known beforehand that it cannot move: nothing was sent then.
  foreseen boolean not null default false,
  run_before json,
  mark text,
  sent_at timestamptz,
  undo_sent_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, migration_id, run_id),
  foreign key (tenant_id, migration_id) references run_migrations
) with (fillfactor = 80);
create index run_migration_items_status on run_migration_items (tenant_id, migration_id, status, run_id);

create index workflow_runs_started on workflow_runs (tenant_id, workflow_id, started_at desc, id desc);
create index workflow_runs_version on workflow_runs (tenant_id, version_id, id) where status = 'active';
`

function isolate(table: string): string {
  return `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));`
}

export class Migration0002Versions extends Migration {
  override up(): void {
    this.addSql(MIGRATIONS)
    this.addSql(['run_migrations', 'run_migration_items'].map(isolate).join('\n'))
  }
}
