// Loja Aurora on a working day, as its pages show it: people on their way, two versions, failures, drafts, lists. Made over
// HTTP and webhooks like the real thing; only the times are moved back afterwards.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { ActorView } from '#machines/contracts/api.ts'
import { hasEnded, isIn, type Line, startLine } from '../line.ts'
import { createPast } from './past.ts'
import { PEOPLE, type Person } from './people.ts'
import { giveShelves } from './shelves.ts'
import type { Document, World } from './world-face.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples')

export const PURCHASE = 'wf_lead_compra'
export const BLANK = 'wf_primeira_compra'
export const WAITING = 'espera_compra'

/** Starts the line and lets the day happen. */
export async function startWorld(webDist: string): Promise<World> {
  const line = await startLine({ webDist })
  const db = new pg.Client({ connectionString: line.databaseUrl })
  await db.connect()
  const ask = asking(line)
  const contacts = new Map<string, string>()
  const world: World = {
    line,
    db,
    ask,
    contact: (name) => contacts.get(name) ?? '',
    ids: { letter: '', template: '', draftTemplate: '', email: '', import: '' },
    draft: async (id) =>
      (await ask<{ definition: Document }>('GET', `/api/workflows/${id}`)).definition,
    emptyTenant: once(() => makeEmptyTenant(db)),
    close: async () => {
      await db.end()
      await line.close()
    },
  }
  await giveTeam(db)
  await giveWorkflows(world)
  for (const person of PEOPLE) contacts.set(person.name, await arrive(world, person))
  await Promise.all(PEOPLE.map((person) => live(world, person)))
  await publishSecond(world)
  await giveShelves(world)
  await settle(world)
  await age(world)
  return world
}

function asking(line: Line): World['ask'] {
  return async <Body>(method: string, path: string, body?: unknown) => {
    const answer = await line.call<Body>(method, path, body)
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null
  return () => (made ??= make())
}

async function giveTeam(db: pg.Client): Promise<void> {
  // What may have arrived waits for a person.
  await db.query(`update tenants set uncertain_policy = 'hold'`)
  for (const [id, name, role] of [
    ['usr_caio', 'Caio Fernandes', 'builder'],
    ['usr_marina', 'Marina Alves', 'agent'],
  ]) {
    await db.query(
      `insert into users (tenant_id, id, email, name, role, password_hash)
       select tenant_id, $1, $2, $3, $4, password_hash from users limit 1`,
      [id, `${id}@aurora.example`, name, role],
    )
  }
}

const EMPTY_EMAIL = 'nina@jacaranda.example'

async function makeEmptyTenant(db: pg.Client): Promise<string> {
  await db.query(`insert into tenants (id, name) values ('tnt_jacaranda', 'Ateliê Jacarandá')`)
  await db.query(
    `insert into users (tenant_id, id, email, name, role, password_hash)
     select 'tnt_jacaranda', 'usr_nina', $1, 'Nina Prado', 'owner', password_hash
     from users limit 1`,
    [EMPTY_EMAIL],
  )
  return EMPTY_EMAIL
}

const NEWS = {
  id: 'wf_novidades',
  name: 'Novidades por e-mail',
  trigger: { type: 'lead.captured', filter: { source: ['newsletter'] } },
  nodes: [
    {
      id: 'cadastro',
      type: 'contact.upsert',
      label: 'Cadastrar contato',
      map: { name: '$.payload.name', phone: '$.payload.phone_e164', email: '$.payload.email' },
    },
    {
      id: 'novidades',
      type: 'email.send_template',
      label: 'Novidades da semana',
      template: 'novidades',
      vars: { nome: '{{name}}' },
      purpose: 'service',
    },
    { id: 'espera', type: 'delay', label: 'Esperar uma semana', duration: 'P7D' },
  ],
}

async function giveWorkflows({ ask }: World): Promise<void> {
  for (const name of ['nps', 'cart-recovery', 'order-tracking']) {
    const document = JSON.parse(await readFile(join(EXAMPLES, `${name}.json`), 'utf8')) as unknown
    await ask('POST', '/api/workflows', document)
  }
  const trigger = { type: 'lead.captured' }
  await ask('POST', '/api/workflows', { id: BLANK, name: 'Primeira compra', trigger, nodes: [] })
  await ask('POST', '/api/workflows', NEWS)
  await ask('POST', `/api/workflows/${NEWS.id}/publish`, {})
  const tests = await readFile(join(EXAMPLES, 'lead-to-purchase.tests.json'), 'utf8')
  // Those that do not count on the time-out, which changes.
  const kept = (JSON.parse(tests) as unknown[]).filter((test) => !/P2D/.test(JSON.stringify(test)))
  await ask('PUT', `/api/workflows/${PURCHASE}/tests`, kept)
}

const SOURCES: Partial<Record<Person['fate'], string>> = {
  rests: 'landing',
  fails: 'landing',
  'gets an e-mail': 'newsletter',
}

async function arrive({ line }: World, person: Person): Promise<string> {
  const { name, phone, email, tags, message, fate } = person
  if (fate === 'fails') await line.script([{ error: 131026 }], { to: phone })
  if (fate === 'may have got it')
    await line.script([{ reset: 'after', delayStatuses: 3_600_000 }], { to: phone })
  await line.lead({
    event_id: `aurora-${phone}`,
    source: SOURCES[fate] ?? 'instagram',
    name,
    phone_e164: phone,
    email,
    tags,
    message,
  })
  return (await line.findContact(phone)).id
}

const ARRIVED: Partial<Record<Person['fate'], (view: ActorView) => boolean>> = {
  rests: isIn('pausa'),
  fails: hasEnded('failed'),
  'gets an e-mail': isIn('espera'),
  'may have got it': (view) => view.runs.length > 0,
}

async function live(world: World, person: Person): Promise<void> {
  const { line, ask } = world
  const { phone, fate } = person
  const id = world.contact(person.name)
  await line.until(id, ARRIVED[fate] ?? isIn(WAITING))
  if (fate === 'buys' || fate === 'buys much') {
    const payload = { total: fate === 'buys' ? 189.9 : 1249 }
    await line.event({ event_id: `buy-${phone}`, type: 'purchase.approved', phone, payload })
    await line.until(id, hasEnded('done'))
  }
  if (fate === 'is reminded') {
    await line.write(phone, 'Oi! Ainda tem o vestido verde no tamanho M?')
    await line.act(id, { action: 'skip_wait', reason: 'Pediu para decidir hoje' })
    await line.until(id, isIn('espera_resposta'))
  }
  if (fate === 'talks to the team') {
    await ask('POST', `/api/contacts/${id}/actor/actions`, {
      action: 'take',
      reason: 'Cliente ligou para a loja',
    })
    await line.until(id, (view) => view.handover === 'agent')
    await line.write(phone, 'Obrigada! Fico no aguardo da troca.')
  }
}

/** Version 2 waits longer, everybody moves; the draft goes on from there. */
async function publishSecond({ ask, draft }: World): Promise<void> {
  const document = await draft(PURCHASE)
  const change = async (id: string, fields: object) => {
    Object.assign(document.nodes.find((node) => node['id'] === id) ?? {}, fields)
    await ask('POST', '/api/workflows', document)
  }
  await change(WAITING, { timeout: 'P3D' })
  await ask('POST', `/api/workflows/${PURCHASE}/publish`, {
    running: 'migrate',
    reason: 'Mais um dia para decidir',
  })
  await change('espera_resposta', { timeout: 'P2D', label: 'Esperar a resposta ao lembrete' })
  document.nodes.push({
    id: 'pesquisa',
    type: 'whatsapp.send_text',
    purpose: 'service',
    label: 'Pedir uma avaliação',
    text: 'Oi, {{name}}! Como foi a sua compra? Responda de 0 a 10.',
    next: 'fim',
  })
  await ask('POST', '/api/workflows', document)
}

/** What is done to many at once comes to its end. */
async function settle({ ask }: World): Promise<void> {
  type Deeds = { items: { status: string }[] }
  for (const deeds of ['migrations', 'state-acts']) {
    const path = `/api/workflows/${PURCHASE}/${deeds}`
    while ((await ask<Deeds>('GET', path)).items.some(({ status }) => status !== 'done'))
      await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Each at its own time; what the company itself has is older than them. */
async function age(world: World): Promise<void> {
  const { db } = world
  const moveBack = await createPast(db)
  for (const { name, ago } of PEOPLE) await moveBack(world.contact(name), ago)
  await db.query(`update workflows set created_at = created_at - interval '40 days'`)
  await db.query(
    `update workflows set updated_at = updated_at - interval '1 day' * length(id), saved_at = saved_at - interval '1 day'
     where id <> $1`,
    [PURCHASE],
  )
  await db.query(`update workflow_versions set published_at = published_at - interval '19 days'
    where number = 1`)
  await db.query(`update templates set updated_at = updated_at - interval '6 days'`)
}
