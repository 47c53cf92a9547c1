// What contacts agreed to and took back: a ledger that only grows, and beside the contact what holds now.

import { Migration } from '@mikro-orm/migrations'

const CONSENTS = `
alter table contacts add column consents_json jsonb not null default '{}';

create table consents (
  tenant_id text not null,
  id text not null check (id ~ '^con_'),
  contact_id text not null,
  purpose text not null check (purpose ~ '^[a-z][a-z0-9_]{0,59}$'),
  status text not null check (status in ('granted', 'revoked')),
  source text not null,
  evidence_json jsonb not null default '{}',
  at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, contact_id) references contacts
);
create index consents_contact on consents (tenant_id, contact_id, at desc, id desc);

-- I9: a transaction of one tenant sees that tenant's rows only; what was agreed to stays as it was written down.
grant select, insert on consents to fluxo_tenant;
alter table consents enable row level security;
create policy tenant on consents
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0005Consents extends Migration {
  override up(): void {
    this.addSql(CONSENTS)
  }
}
