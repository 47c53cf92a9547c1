// Addresses that get no more mail, because they do not exist or because their owners complained.

import { Migration } from '@mikro-orm/migrations'

const SUPPRESSIONS = `
create table email_suppressions (
  tenant_id text not null references tenants,
  email text not null check (email = lower(email) and length(email) between 3 and 320),
  reason text not null check (reason in ('hard_bounce', 'complaint', 'unsubscribe', 'manual')),
  detail text,
  created_at timestamptz not null default now(),
  primary key (tenant_id, email)
);
`

const ISOLATION = `
grant select, insert, update, delete on email_suppressions to fluxo_tenant;
alter table email_suppressions enable row level security;
create policy tenant on email_suppressions
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0016MailIn extends Migration {
  override up(): void {
    this.addSql(SUPPRESSIONS)
    this.addSql(ISOLATION)
  }
}
