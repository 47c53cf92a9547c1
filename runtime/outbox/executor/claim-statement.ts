// The claim of a group, in one statement: lanes, the breaker and the limits are decided on rows that all processes
// share, so whatever it grants holds for all of them together (I6).
//
// A limit is GCRA on one row: of `per_second` an eighth may leave at once and seven eighths per second, so that no second
// sees more than all of it. What finds no room is given a turn at that pace; while turns are given away, whoever comes
// new stands behind them. Rows are locked numbers first, then tenants, each in order.

/** What a WhatsApp number sends in a second unless its row says otherwise: Meta's throughput limit. */
const NUMBER_PER_SECOND = 80
/** What a tenant sends in a second unless its row says otherwise. */
const TENANT_PER_SECOND = 1000
/** A number may write to one person once in six seconds, and borrow up to 45 of those. */
const PAIR_BURST = 45
const PAIR_SECONDS = 270

const NOW = 'statement_timestamp()'
const pace = (perSecond: string | number): string =>
  `make_interval(secs => 1 / (${perSecond} * 0.875))`
const burst = (perSecond: string | number): string => `greatest(1, floor(${perSecond} * 0.125))`

const GRANT = `greatest(0, least(excluded.wanted, floor(${burst('l.per_second')}
        - extract(epoch from greatest(l.free_at, ${NOW}) - ${NOW}) * l.per_second * 0.875)))::int`
const FREE_AT = `greatest(l.free_at, ${NOW}) + ${GRANT} * ${pace('l.per_second')}`

/** Takes what there is of the limits that `asking` names: rows of tenant, key, wanted, lined, in order. */
function take(asking: string, perSecond: number): string {
  const first = `least(wanted, ${burst(perSecond)})`
  return `insert into send_limits as l (tenant_id, key, per_second, wanted, granted, lined, free_at, line_until)
      select tenant_id, key, ${perSecond}, wanted, ${first}, lined, ${NOW} + ${first} * ${pace(perSecond)},
        case when wanted > ${first} then ${NOW} + wanted * ${pace(perSecond)} else '-infinity' end
      from (${asking}) asking
      on conflict (tenant_id, key) do update set wanted = excluded.wanted, lined = excluded.lined,
        granted = ${GRANT}, free_at = ${FREE_AT},
        line_until = greatest(l.line_until, case when excluded.lined > 0 then ${NOW} end,
          case when excluded.wanted > ${GRANT}
            then ${FREE_AT} + (excluded.wanted - ${GRANT}) * ${pace('l.per_second')} end)
          + excluded.lined * ${pace('l.per_second')}
      returning l.*`
}

/** What waits for a row of a limit that somebody else holds is left for a claim that may wait. */
const HELD = `held as materialized (
      select l.tenant_id, l.key from send_limits l
      where (l.tenant_id, l.key) in (
        select tenant_id, channel_id from ready union all select tenant_id, 'tenant' from ready)
      for update skip locked),`
const IS_HELD = `where not exists (
        select 1 from send_limits l where l.tenant_id = r.tenant_id and l.key in (r.channel_id, 'tenant')
          and not exists (select 1 from held h where h.tenant_id = l.tenant_id and h.key = l.key))`

/** Those that nobody else has, whose time has come, and that are the first of their lane. */
const READY = `with ready as materialized (
      select o.tenant_id, o.id, o.position, o.next_at, o.next_at > o.created_at as has_turn, o.channel_id,
        coalesce(ch.kind = 'whatsapp', false) as is_number,
        case when ch.kind = 'whatsapp' then (
          select m.sent_at + interval '${PAIR_SECONDS} s' from messages m
          where m.tenant_id = o.tenant_id and m.contact_id = o.contact_id and m.channel = 'whatsapp'
            and m.sent_at is not null and m.created_at > ${NOW} - interval '1 day'
          order by m.created_at desc offset ${PAIR_BURST - 1} limit 1) end as pair_at
      from unnest($1::text[], $2::text[]) as item(tenant_id, id)
      join outbox o on o.tenant_id = item.tenant_id and o.id = item.id
      left join channels ch on ch.tenant_id = o.tenant_id and ch.id = o.channel_id
      where (o.status in ('waiting', 'dispatched') and o.next_at <= ${NOW}) is true
        and (o.lane is null or not exists (
          select 1 from outbox before where before.lane = o.lane and before.position < o.position))
        and not exists (select 1 from dispatch_gate where closed_at is not null)
      for update of o skip locked),`

/** Of accounts that are cut off, those of which one effect may find out now whether they are back. */
const PROBES = `due as (
      select c.tenant_id, c.channel_id from circuits c
      where c.opened_at is not null and c.probe_at <= ${NOW}
        and (c.tenant_id, c.channel_id) in (select tenant_id, channel_id from ready)
      for update skip locked),
    probes as (
      update circuits c set probe_at = ${NOW} + make_interval(secs => $4) from due
      where c.tenant_id = due.tenant_id and c.channel_id = due.channel_id
      returning c.tenant_id, c.channel_id),`

/** Until when each has to wait for its account or its pair, and whether it stands behind a line. */
const judged = (where: string): string => `judged as (
      select r.*, c.opened_at is not null as is_open, coalesce(c.failures, 0) as failures,
        case
          when c.opened_at is not null and (p.channel_id is null or r.nth > 1)
            then case when c.probe_at > ${NOW} then c.probe_at else ${NOW} + make_interval(secs => $4) end
          when r.pair_at > ${NOW} then r.pair_at
        end as until,
        coalesce(r.is_number and not r.has_turn and l.line_until > ${NOW}, false) as is_behind
      from (select *, row_number() over (partition by tenant_id, channel_id order by next_at, position) as nth
        from ready r ${where}) r
      left join circuits c on c.tenant_id = r.tenant_id and c.channel_id = r.channel_id
      left join probes p on p.tenant_id = r.tenant_id and p.channel_id = r.channel_id
      left join send_limits l on l.tenant_id = r.tenant_id and l.key = r.channel_id),`

/** What the limits of numbers and then of tenants leave of them. */
const DECIDED = `ranked as (
      select *, row_number() over (
        partition by tenant_id, channel_id, until is null, is_behind order by next_at, position) as rank
      from judged),
    numbers as (
      ${take(
        `select tenant_id, channel_id as key, count(*) filter (where not is_behind)::int as wanted,
          count(*) filter (where is_behind)::int as lined
        from ranked where is_number and until is null group by 1, 2 order by 1, 2`,
        NUMBER_PER_SECOND,
      )}),
    passed as (
      select r.tenant_id, r.id, row_number() over (partition by r.tenant_id order by r.next_at, r.position) as rank
      from ranked r left join numbers n on n.tenant_id = r.tenant_id and n.key = r.channel_id
      where r.until is null and (not r.is_number or (not r.is_behind and r.rank <= n.granted))),
    tenants_ as (
      ${take(
        `select tenant_id, 'tenant' as key, count(*)::int as wanted, 0 as lined
        from passed group by 1 order by 1`,
        TENANT_PER_SECOND,
      )}),
    decided as materialized (
      select r.tenant_id, r.id, r.is_open, r.failures, case
          when r.until is not null then r.until
          when r.is_behind then n.line_until - (n.lined - r.rank) * ${pace('n.per_second')}
          when p.id is null then n.free_at + (r.rank - n.granted) * ${pace('n.per_second')}
          when p.rank > t.granted then t.free_at + (p.rank - t.granted) * ${pace('t.per_second')}
        end as until
      from ranked r
      left join numbers n on n.tenant_id = r.tenant_id and n.key = r.channel_id
      left join passed p on p.tenant_id = r.tenant_id and p.id = r.id
      left join tenants_ t on t.tenant_id = r.tenant_id),`

/** The rows are moved, and what an attempt needs comes along. */
const MOVED = `claimed as (
      update outbox o set status = 'sending', attempts = attempts + 1, claim_token = $3,
        moved_at = clock_timestamp()
      from decided d where d.until is null and o.tenant_id = d.tenant_id and o.id = d.id
      returning o.*),
    deferred as (
      update outbox o set status = 'waiting', next_at = d.until, moved_at = clock_timestamp()
      from decided d where d.until is not null and o.tenant_id = d.tenant_id and o.id = d.id)
    select d.tenant_id, d.id, extract(epoch from d.until - ${NOW})::float8 * 1000 as wait_ms,
      d.is_open, d.failures, o.contact_id, o.command, o.attempts,
      coalesce(c.phone_e164, p.phone_e164) as phone, coalesce(c.email, p.email) as email, i.identity,
      ch.id as channel_id, ch.kind as channel_kind, ch.provider, ch.address, ch.config_json as config,
      s.ciphertext, o.node_id, coalesce(p.consents_json, c.consents_json) as consents, a.state->'optOuts' as opt_outs,
      a.state->'lastInboundAt' as last_inbound_at, clock_timestamp() as now, t.template, heard.last_message_id
    from decided d
    left join claimed o on o.tenant_id = d.tenant_id and o.id = d.id
    left join contacts c on c.tenant_id = o.tenant_id and c.id = o.contact_id
    left join contacts p on p.tenant_id = c.tenant_id and p.id = c.merged_into
    left join actor_snapshots a on a.tenant_id = o.tenant_id and a.contact_id = coalesce(c.merged_into, o.contact_id)
    left join channels ch on ch.tenant_id = o.tenant_id and ch.id = o.channel_id
    left join secrets s on s.tenant_id = ch.tenant_id and s.id = ch.secret_id
    left join lateral (
      select ci.value as identity from contact_identities ci
      where ch.kind <> 'email' and (coalesce(c.phone_e164, p.phone_e164) is null or ch.kind <> 'whatsapp')
        and ci.tenant_id = o.tenant_id and ci.contact_id = coalesce(c.merged_into, o.contact_id) and ci.kind = ch.kind
      order by ci.created_at desc limit 1) i on true
    left join lateral (
      select json_build_object('name', t.name, 'language', t.language, 'variables', t.variables_json,
        'status', case when t.paused_until <= ${NOW} then 'APPROVED' else t.approved_status end,
        'content', t.meta_json->'content') as template
      from templates t
      where o.kind = 'whatsapp.send_template' and t.tenant_id = o.tenant_id and t.kind = 'whatsapp'
        and t.name = o.command->>'template' and coalesce(o.command->>'language', t.language) = t.language
      order by t.language limit 1) t on true
    left join lateral (
      select m.provider_msg_id as last_message_id from messages m
      where (o.kind in ('whatsapp.send_reaction', 'whatsapp.mark_read') or o.command->>'replyTo' = 'last')
        and m.tenant_id = o.tenant_id and m.contact_id = o.contact_id and m.channel = 'whatsapp'
        and m.direction = 'in'
      order by m.created_at desc limit 1) heard on true
    order by o.position`

/**
 * $1 tenants and $2 ids of effects, each once; $3 the token; $4 seconds between the attempts that find out whether an
 * account is back. Gives a row for each that was claimed, and with `wait_ms` for each that has to wait.
 * Of a contact that became another one, that one's standing and what it lacks itself count.
 * Whoever lost contact or channel is still claimed: the attempt then ends with that as its reason.
 */
export const CLAIM = {
  name: 'claim_effects',
  text: [READY, PROBES, judged(''), DECIDED, MOVED].join('\n'),
}

/** For a transaction that must wait for nobody. */
export const CLAIM_WITHIN = {
  name: 'claim_effects_within',
  text: [READY, HELD, PROBES, judged(IS_HELD), DECIDED, MOVED].join('\n'),
}

/** Gives back what a claim took whose answer never came: nothing of it was sent. */
export const RELEASE = {
  name: 'release_claim',
  text: `update outbox set status = 'waiting', attempts = attempts - 1, moved_at = clock_timestamp()
    where (tenant_id, id) in (select * from unnest($1::text[], $2::text[])) and claim_token = $3 and status = 'sending'`,
}
