// One contact with a journal of thousands of Steps: its events lie in the mailbox at once, and a worker takes them from there.

import pg from 'pg'
import type { Line } from './line.ts'
import { publishWorkflow } from './publish.ts'

const WORKFLOW = {
  id: 'wf_longo',
  name: 'Pedidos que voltam',
  trigger: { type: 'lead.captured', filter: { source: ['longo'] } },
  nodes: [
    { id: 'pedido', type: 'wait.for.event', label: 'Esperar um pedido', event: 'order.placed' },
    {
      id: 'guarda',
      type: 'set.variable',
      label: 'Guardar o valor',
      set: { total: '$.pedido.total' },
    },
    {
      id: 'grande',
      type: 'if',
      label: 'Pedido grande?',
      condition: { value: '$.vars.total', op: 'greaterOrEqual', to: 500 },
      then: 'marca',
      else: 'entrega',
    },
    { id: 'marca', type: 'set.variable', label: 'Marcar como grande', set: { vip: true } },
    {
      id: 'entrega',
      type: 'wait.for.event',
      label: 'Esperar a entrega',
      event: 'order.delivered',
      next: 'pedido',
    },
  ],
}
const PHONE = '+5511944440001'

/** @returns the contact's id, when so many Steps are done */
export async function makeLongStory(line: Line, steps: number): Promise<string> {
  await publishWorkflow(line, WORKFLOW)
  await line.lead({ event_id: `longo-${PHONE}`, source: 'longo', name: 'Olga', phone_e164: PHONE })
  const { id } = await line.findContact(PHONE)
  await line.until(id, ({ runs }) => runs.length > 0)
  const db = new pg.Client({ connectionString: line.databaseUrl })
  await db.connect()
  try {
    await db.query(EVENTS, [id, steps])
  } finally {
    await db.end()
  }
  await line.until(id, ({ seq }) => seq >= steps)
  return id
}

/** In turn an order and its delivery; every third order is a large one. */
const EVENTS = `insert into mailbox (tenant_id, contact_id, shard, envelope)
  select c.tenant_id, c.id, c.shard, json_build_object(
    'event_id', 'evt_longo' || n, 'tenant_id', c.tenant_id, 'contact_id', c.id,
    'type', case when n % 2 = 1 then 'order.placed' else 'order.delivered' end,
    'source', 'test', 'occurred_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'correlation_id', 'evt_longo' || n,
    'payload', json_build_object('total', (n * 37) % 750, 'order', n))
  from contacts c, generate_series(1, $2) n where c.id = $1 order by n`
