// The gate's statements: who the database is, how far its outbox has come, and what may have left already.

/** `pg_walfile_name` begins with the timeline that is written on, in eight hexadecimal digits. */
export const IDENTITY = {
  name: 'database_identity',
  text: `select (select system_identifier::text from pg_control_system()) as system,
      (select oid::text from pg_database where datname = current_database()) as database,
      substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) as timeline`,
}

export const PLAIN_IDENTITY = {
  name: 'plain_database_identity',
  text: `select '' as system, oid::text as database, '' as timeline
    from pg_database where datname = current_database()`,
}

export const ENSURE = {
  name: 'ensure_gate',
  text: `insert into dispatch_gate (system_identifier, database_oid, timeline, place)
    values ($1, $2, $3, $4) on conflict do nothing`,
}

export const GATE = {
  name: 'gate',
  text: `select system_identifier as system, database_oid as database, timeline, place, position, closed_at,
      details_json as details
    from dispatch_gate`,
}

export const GATE_LOCKED = { name: 'gate_locked', text: `${GATE.text} for update` }

/** The position is committed here before it is told outside. */
export const TICK = {
  name: 'tick_gate',
  text: `with seen as materialized (select last_value as position from outbox_position_seq),
    moved as (
      update dispatch_gate g set position = seen.position from seen
      where g.position < seen.position returning g.position)
    select coalesce((select position from moved), g.position) as position, g.closed_at from dispatch_gate g`,
}

export const SUSPECT = {
  name: 'note_suspects',
  text: `insert into dispatch_suspects (tenant_id, effect_id, is_tried)
    select tenant_id, id, status <> 'waiting' or attempts > 0 from outbox
    on conflict do nothing`,
}

/** New sends get positions beyond those of the world that is gone. */
export const SKIP_POSITIONS = {
  name: 'skip_positions',
  text: `select setval('outbox_position_seq', greatest(last_value, $1::bigint)) from outbox_position_seq`,
}

export const CLOSE = {
  name: 'close_gate',
  text: `update dispatch_gate set system_identifier = $1, database_oid = $2, timeline = $3, place = $4,
      position = greatest(position, $5::bigint), closed_at = coalesce(closed_at, clock_timestamp()),
      details_json = $6::jsonb`,
}

/** What was settled meanwhile, by a status, is no suspect any more; what a person held before stays held. */
export const RELEASE = {
  name: 'release_suspects',
  text: `with gone as (delete from dispatch_suspects returning tenant_id, effect_id, is_tried)
    update outbox o set moved_at = clock_timestamp(),
      status = case case when gone.is_tried then $1::text else $2::text end
        when 'hold' then 'held' else 'waiting' end
    from gone where o.tenant_id = gone.tenant_id and o.id = gone.effect_id and o.status <> 'held'
    returning o.status`,
}

export const OPEN = {
  name: 'open_gate',
  text: `update dispatch_gate set closed_at = null, details_json = '{}', opened_at = clock_timestamp(),
      opened_by = $1`,
}
