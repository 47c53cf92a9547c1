// Channels of any kind, and the names that channels give to contacts: whoever has no phone number is known by them.

import { Migration } from '@mikro-orm/migrations'

const CHANNELS = `
alter table channels drop constraint channels_kind_check;
alter table channels add constraint channels_kind_check check (kind ~ '^[a-z][a-z0-9_]{1,29}$') not valid;
alter table channels add column health_json jsonb not null default '{}';
alter table channels add column updated_at timestamptz not null default now();
alter table messages drop constraint messages_channel_check;
create index channels_id on channels (id);
`

/** One person per name; a person may have several of a kind. */
const IDENTITIES = `
create table contact_identities (
  tenant_id text not null,
  kind text not null check (kind ~ '^[a-z][a-z0-9_]{1,29}$'),
  value text not null check (length(value) between 1 and 300),
  contact_id text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, kind, value),
  foreign key (tenant_id, contact_id) references contacts
);
create index contact_identities_contact on contact_identities (tenant_id, contact_id, kind, created_at desc);
insert into contact_identities (tenant_id, kind, value, contact_id)
select tenant_id, 'whatsapp', substr(external_id, 4), id from contacts where external_id like 'wa:_%';
update contacts set external_id = null where external_id like 'wa:_%';
`

const ISOLATION = `
grant select, insert, update, delete on contact_identities to fluxo_tenant;
alter table contact_identities enable row level security;
create policy tenant on contact_identities
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

export class Migration0011Channels extends Migration {
  override up(): void {
    this.addSql(CHANNELS)
    this.addSql(IDENTITIES)
    this.addSql(ISOLATION)
  }
}
