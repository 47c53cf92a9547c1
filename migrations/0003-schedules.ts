// What the trigger `schedule` of each published workflow asks for: when it is due next, and how far a firing got.

import { Migration } from '@mikro-orm/migrations'

const SCHEDULES = `
create table schedules (
  tenant_id text not null,
  workflow_id text not null,
  version_id text not null,
  cron text not null,
  zone text not null,
  audience_json jsonb not null,
  -- Null when no calendar has such a day.
  next_at timestamptz,
  -- The moment whose firing is under way, and the last contact that it reached.
  firing_at timestamptz,
  reached text not null default '',
  looked_at timestamptz not null default now(),
  primary key (tenant_id, workflow_id),
  foreign key (tenant_id, workflow_id) references workflows,
  foreign key (tenant_id, version_id) references workflow_versions
);
create index schedules_due on schedules (next_at);
create index schedules_firing on schedules (looked_at) where firing_at is not null;
`

const ISOLATION = `
grant select, insert, update, delete on schedules to fluxo_tenant;
alter table schedules enable row level security;
create policy tenant on schedules
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0003Schedules extends Migration {
  override up(): void {
    this.addSql(SCHEDULES)
    this.addSql(ISOLATION)
  }
}
