// Letters: parts that templates share, and what was done with letters, counted.

import { Migration } from '@mikro-orm/migrations'

const LETTERS = `
create table email_partials (
  tenant_id text not null references tenants,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,59}$'),
  html text not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, name)
);

-- One row per letter, way and address, however often: what a machine did stands apart from what a person did.
create table email_activity (
  tenant_id text not null references tenants,
  effect_id text not null,
  kind text not null check (kind in ('open', 'click')),
  url_hash text not null,
  is_machine boolean not null,
  contact_id text not null,
  url text,
  -- Why it counts as a machine's, or what it came by.
  reason text not null,
  count int not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (tenant_id, effect_id, kind, url_hash, is_machine)
);
create index email_activity_contact on email_activity (tenant_id, contact_id, last_at desc);
`

const ISOLATION = ['email_partials', 'email_activity']
  .map(
    (table) => `
grant select, insert, update, delete on ${table} to fluxo_tenant;
alter table ${table} enable row level security;
create policy tenant on ${table}
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`,
  )
  .join('')

export class Migration0015Email extends Migration {
  override up(): void {
    this.addSql(LETTERS)
    this.addSql(ISOLATION)
  }
}
