// Whose journals may speak of a workflow after an instant: contacts with a run of it that was under way then or later,
// and those that became one of them. Found by indexes on runs; contacts without a Step since are left out unread.

/**
 * Common table expressions `people` and `moved(contact_id)`, the latest first.
 * Parameters: $1 tenant, $2 workflow, $3 the instant, $4 how many at most.
 */
export const MOVED = `people as (
    select r.contact_id from run_places p
      join workflow_runs r on r.tenant_id = p.tenant_id and r.id = p.run_id
      where p.tenant_id = $1 and p.workflow_id = $2
    union
    select contact_id from workflow_runs
      where tenant_id = $1 and workflow_id = $2 and finished_at > $3::timestamptz
  ), everybody as (
    select contact_id from people
    union
    select c.id from people join contacts c on c.tenant_id = $1 and c.merged_into = people.contact_id
  ), moved as (
    select s.contact_id from everybody e
      join actor_snapshots s on s.tenant_id = $1 and s.contact_id = e.contact_id
      -- A snapshot bears the time of its transaction, a Step that of its batch.
      where s.updated_at > $3::timestamptz - interval '10 minutes'
      order by s.updated_at desc limit $4
  )`
