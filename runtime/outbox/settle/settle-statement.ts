// The end of effects in one statement: the outbox row goes, and because it went the message is marked, the dead letter
// written and the result put into the mailbox.

/**
 * $1 tenants and $2 ids of effects, each once; $3 the token that must still hold, null for any; $4 ids of the events;
 * $5 rank and $6 status for their messages; $7 the provider's message ids; results as $8 outputs with $9 facts of the
 * contact, or as $10 errors with $11 whether it may have been taken all the same; $12 the instant.
 * Rows of the outbox are locked in order and before any message row: settling and statuses then never wait for each
 * other in a circle. That is what `ended` sorts for.
 */
export const SETTLE = {
  name: 'settle_effects',
  text: `with item as materialized (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[],
        $8::json[], $9::json[], $10::json[], $11::smallint[]) with ordinality
        as item(tenant_id, id, claim_token, event_id, status_rank, message_status, provider_id, output, contact, error,
          is_uncertain, n)),
    open as materialized (
      select o.tenant_id, o.id from item join outbox o on o.tenant_id = item.tenant_id and o.id = item.id
      where item.claim_token is null or o.claim_token = item.claim_token
      order by o.tenant_id, o.id for update of o),
    gone as (
      delete from outbox o using open where o.tenant_id = open.tenant_id and o.id = open.id
      returning o.*, (
        select n.id from outbox n where n.lane = o.lane and n.position > o.position
        order by n.position limit 1) as next_id),
    ended as materialized (
      select gone.*, item.event_id, item.status_rank, item.message_status, item.provider_id, item.output, item.contact,
        item.error, item.is_uncertain, item.n
      from gone join item on item.tenant_id = gone.tenant_id and item.id = gone.id
      order by gone.tenant_id, gone.id),
    noted as (
      update messages m set status = e.message_status, status_rank = e.status_rank,
        provider_msg_id = coalesce(m.provider_msg_id, e.provider_id), error_json = e.error::jsonb,
        sent_at = case when e.error is null then clock_timestamp() end, updated_at = now()
      from ended e
      where e.channel_id is not null and m.tenant_id = e.tenant_id and m.effect_id = e.id
        and m.status_rank < e.status_rank),
    buried as (
      insert into dead_letters (tenant_id, id, kind, contact_id, code, reason, body, run_id, node_id, channel_id,
        correlation_id, attempts, is_uncertain)
      select tenant_id, id, 'effect', contact_id, error->>'code', error->>'message',
        json_build_object('kind', kind, 'command', command), run_id, node_id, channel_id, correlation_id, attempts,
        is_uncertain = 1
      from ended where error is not null order by n
      on conflict (tenant_id, id) do update set code = excluded.code, reason = excluded.reason,
        attempts = excluded.attempts, is_uncertain = excluded.is_uncertain, failed_at = now(), resolved_at = null,
        resolution = null),
    told as (
      insert into mailbox (tenant_id, contact_id, shard, envelope)
      select tenant_id, contact_id, shard, json_build_object('event_id', event_id, 'tenant_id', tenant_id,
        'contact_id', contact_id, 'type', case when error is null then 'effect.done' else 'effect.failed' end,
        'source', kind, 'occurred_at', $12::text, 'correlation_id', correlation_id, 'payload', case
          when error is not null then json_build_object('effectId', id, 'kind', kind, 'error', error)
          when contact is null then json_build_object('effectId', id, 'kind', kind, 'output', output)
          else json_build_object('effectId', id, 'kind', kind, 'output', output, 'contact', contact) end)
      from ended order by n)
    select tenant_id, id, next_id from ended order by n`,
}
