// Moves what happened to somebody a while into the past, wherever the database tells of it: so that lists, timelines and
// deadlines look as they do on a working day. Nothing else than the times is changed.

import type pg from 'pg'

/** Every instant in a text of JSON, moved back. */
const MOVED = `
create or replace function moved_back(doc text, span interval) returns text language plpgsql as $$
declare instant text;
begin
  for instant in
    select distinct m[1]
    from regexp_matches(doc, '(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)', 'g') m
  loop
    doc := replace(doc, instant, to_char((instant::timestamptz - span) at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  end loop;
  return doc;
end $$`

const COLUMNS = `
select c.table_name, c.column_name, c.data_type
from information_schema.columns c
  join pg_class k on k.relname = c.table_name and not k.relispartition and k.relkind in ('r', 'p')
where c.table_schema = 'public' and c.data_type in ('timestamp with time zone', 'json', 'jsonb')
  and (c.table_name = 'contacts' or exists (
    select from information_schema.columns other
    where other.table_schema = 'public' and other.table_name = c.table_name
      and other.column_name = 'contact_id'))`

interface Column {
  table_name: string
  column_name: string
  data_type: string
}

/** Returns what moves one contact's life back by a span as PostgreSQL reads it, `3 hours`. */
export async function createPast(
  db: pg.Client,
): Promise<(contactId: string, span: string) => Promise<void>> {
  await db.query(MOVED)
  const { rows } = await db.query<Column>(COLUMNS)
  const tables = Map.groupBy(rows, (column) => column.table_name)
  return async (contactId, span) => {
    for (const [table, columns] of tables) {
      const key = table === 'contacts' ? 'id' : 'contact_id'
      await db.query(`update ${table} set ${columns.map(moved).join()} where ${key} = $1`, [
        contactId,
        span,
      ])
    }
    await db.query(`update audit_log set at = at - $2::interval where subject = $1`, [
      contactId,
      span,
    ])
  }
}

function moved({ column_name: name, data_type: type }: Column): string {
  return type === 'timestamp with time zone'
    ? `${name} = ${name} - $2::interval`
    : `${name} = moved_back(${name}::text, $2::interval)::${type}`
}
