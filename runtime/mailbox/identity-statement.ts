// The names that channels give, made a contact's: for contacts that are just made, and for those that show a new one.

/** Sorted, so that two gateways wait for each other in the same order. */
export const LINK = {
  name: 'link_identities',
  text: `insert into contact_identities (tenant_id, kind, value, contact_id)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as item(tenant_id, kind, value, contact_id)
    order by tenant_id, kind, value
    on conflict do nothing`,
}
