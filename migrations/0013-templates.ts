// What Meta says of a template, and which files of a tenant's it already has.

import { Migration } from '@mikro-orm/migrations'

const TEMPLATES = `
alter table templates add column provider_id text;
alter table templates add column account_id text;
alter table templates add column category text;
alter table templates add column quality text not null default 'UNKNOWN';
alter table templates add column reason text;
-- {to, at}: the category that Meta moves it into, and when.
alter table templates add column category_change jsonb;
alter table templates add column paused_until timestamptz;
-- Of what Meta said last: what comes late changes nothing.
alter table templates add column status_at timestamptz;
alter table templates add column quality_at timestamptz;
alter table templates add column category_at timestamptz;
alter table templates add column submitted_at timestamptz;
alter table templates add column synced_at timestamptz;
create index templates_account on templates (tenant_id, account_id, name, language);
`

const UPLOADS = `
create table media_uploads (
  tenant_id text not null references tenants,
  channel_id text not null,
  media_id text not null,
  provider_id text not null check (length(provider_id) between 1 and 512),
  expires_at timestamptz not null,
  primary key (tenant_id, channel_id, media_id)
);
grant select, insert, update, delete on media_uploads to fluxo_tenant;
alter table media_uploads enable row level security;
create policy tenant on media_uploads
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0013Templates extends Migration {
  override up(): void {
    this.addSql(TEMPLATES)
    this.addSql(UPLOADS)
  }
}
