// Signed webhooks that cannot be stored as what they are: kept as they came, with the reason, so that their sender is
// answered and somebody can look. And one check less per message, as for the other rows of the line.

import { Migration } from '@mikro-orm/migrations'

const INGEST = `
-- The same body again is the same row, however often it is sent.
create table quarantined_webhooks (
  tenant_id text not null references tenants,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  source text not null,
  code text not null,
  reason text not null,
  body bytea not null,
  received_at timestamptz not null default now(),
  primary key (tenant_id, digest)
);
create index quarantined_webhooks_recent on quarantined_webhooks (tenant_id, received_at desc);
grant select, insert, delete on quarantined_webhooks to fluxo_tenant;
alter table quarantined_webhooks enable row level security;
create policy tenant on quarantined_webhooks
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));

-- A message is written in the transaction that has just read or made its conversation.
alter table messages drop constraint if exists messages_tenant_id_conversation_id_fkey;
`

export class Migration0010Ingest extends Migration {
  override up(): void {
    this.addSql(INGEST)
  }
}
