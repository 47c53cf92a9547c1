// Recorded simulations kept with their workflow, as tests. `json` and not `jsonb`: a test is played as it was written.

import { Migration } from '@mikro-orm/migrations'

const TABLE = `
create table workflow_tests (
  tenant_id text not null,
  workflow_id text not null,
  id text not null check (id ~ '^tst_'),
  position smallint not null check (position >= 0),
  name text not null,
  test_json json not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, workflow_id) references workflows
);
create index workflow_tests_workflow on workflow_tests (tenant_id, workflow_id, position);
`

/** I9: the same isolation that the tables of 0001 have. */
const ISOLATION = `
grant select, insert, update, delete on workflow_tests to fluxo_tenant;
alter table workflow_tests enable row level security;
create policy tenant on workflow_tests
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0004WorkflowTests extends Migration {
  override up(): void {
    this.addSql(TABLE)
    this.addSql(ISOLATION)
  }
}
