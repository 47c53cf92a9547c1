// Contacts that turned out to be one person: who became whom, what for, how it is taken back, and who may be the same.

import { Migration } from '@mikro-orm/migrations'

const MERGES = `
-- Always the contact that is there now, never one that was merged itself.
alter table contacts add column merged_into text;
create index contacts_merged on contacts (tenant_id, merged_into) where merged_into is not null;

create table contact_merges (
  tenant_id text not null,
  id text not null check (id ~ '^mrg_'),
  source_id text not null,
  target_id text not null,
  status text not null default 'merging' check (status in ('merging', 'merged', 'undoing', 'undone')),
  -- Who said that they are one: a person, a provider, or two ways to write one phone number.
  source text not null check (source in ('person', 'provider', 'twin')),
  reason text not null,
  -- Both contacts as they were, for the way back.
  before_json jsonb not null,
  created_by text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  undo_reason text,
  undone_by text,
  undone_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references contacts,
  foreign key (tenant_id, target_id) references contacts
);
create index contact_merges_source on contact_merges (tenant_id, source_id, created_at desc);
create index contact_merges_target on contact_merges (tenant_id, target_id, created_at desc);

-- Each pair once, the smaller id first.
create table contact_merge_suggestions (
  tenant_id text not null,
  id text not null check (id ~ '^sug_'),
  first_id text not null,
  second_id text not null,
  reason text not null check (reason in ('address', 'provider', 'twin')),
  evidence_json jsonb not null default '{}',
  status text not null default 'open' check (status in ('open', 'merged', 'dismissed')),
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, first_id, second_id),
  check (first_id < second_id),
  foreign key (tenant_id, first_id) references contacts,
  foreign key (tenant_id, second_id) references contacts
);
create index contact_merge_suggestions_open on contact_merge_suggestions (tenant_id, created_at desc, id desc)
  where status = 'open';
create index contact_merge_suggestions_second on contact_merge_suggestions (tenant_id, second_id);
`

const ISOLATION = `
grant select, insert, update on contact_merges, contact_merge_suggestions to fluxo_tenant;
alter table contact_merges enable row level security;
create policy tenant on contact_merges
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
alter table contact_merge_suggestions enable row level security;
create policy tenant on contact_merge_suggestions
  using (tenant_id = current_setting('fluxo.tenant_id', true))
  with check (tenant_id = current_setting('fluxo.tenant_id', true));
`

/**
 * Numbers in a form that is not stored any more: Brazil's mobiles before the ninth digit, Mexico's old mobile 1,
 * Argentina's mobiles without their 9. Where somebody has the number in its form of now, the two are one person, and
 * workers merge them once they run.
 */
const TWINS = `
create temporary table phone_twins as
select c.tenant_id, c.id, c.phone_e164, case
    when c.phone_e164 like '+55%' then '+55' || substr(c.phone_e164, 4, 2) || '9' || substr(c.phone_e164, 6)
    when c.phone_e164 like '+52%' then '+52' || substr(c.phone_e164, 5)
    else '+549' || substr(c.phone_e164, 4) end as phone
from contacts c
where c.phone_e164 ~ '^\\+55[1-9][1-9][6-9][0-9]{7}$' or c.phone_e164 ~ '^\\+521[0-9]{10}$'
  -- Who wrote by WhatsApp from a number without the 9 has a number without it.
  or (c.phone_e164 ~ '^\\+54[1-8][0-9]{9}$' and c.last_channel is distinct from 'whatsapp');

insert into contact_merge_suggestions (tenant_id, id, first_id, second_id, reason, evidence_json)
select t.tenant_id, 'sug_' || substr(md5(t.tenant_id || t.id), 1, 26), least(t.id, c.id), greatest(t.id, c.id), 'twin',
  jsonb_build_object('phone', c.phone_e164)
from phone_twins t join contacts c on c.tenant_id = t.tenant_id and c.phone_e164 = t.phone;

update contacts c set phone_e164 = t.phone from phone_twins t
where c.tenant_id = t.tenant_id and c.id = t.id
  and not exists (select 1 from contacts o where o.tenant_id = t.tenant_id and o.phone_e164 = t.phone);

drop table phone_twins;
`

export class Migration0012Merges extends Migration {
  override up(): void {
    this.addSql(MERGES)
    this.addSql(ISOLATION)
    this.addSql(TWINS)
  }
}
