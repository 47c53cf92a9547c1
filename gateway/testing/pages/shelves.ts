// What stands around the workflows of Loja Aurora: templates, sources with what came in, a list, tags put on a state.

import type { World } from './world-face.ts'
import { PEOPLE, PEOPLE_OF_A_LIST } from './people.ts'

const WORKFLOW = 'wf_lead_compra'
const DRAFT = {
  name: 'carrinho_abandonado',
  language: 'pt_BR',
  category: 'MARKETING',
  header: { type: 'text', text: 'Seu carrinho está esperando', example: null },
  body: 'Oi, {{nome}}! Separamos {{produto}} para você até {{quando}}. Quer concluir a compra?',
  examples: { nome: 'Ana', produto: 'o vestido verde', quando: 'sexta-feira' },
  footer: 'Loja Aurora · responda SAIR para não receber',
  buttons: [
    { type: 'quick_reply', text: 'Quero concluir' },
    { type: 'url', text: 'Ver o carrinho', url: 'https://loja.example/carrinho', example: null },
  ],
}

export async function giveShelves(world: World): Promise<void> {
  await giveTemplates(world)
  await giveLeads(world)
  await giveList(world)
  await tagState(world)
  const { items: letters } = await world.ask<Items>('GET', '/api/dead-letters')
  world.ids.letter = letters[0]?.id ?? ''
  const { items: channels } = await world.ask<Items>('GET', '/api/channels')
  for (const { id, kind } of channels)
    if (kind === 'whatsapp') await world.ask('POST', `/api/channels/${id}/check`, {})
}

interface Items {
  items: { id: string; name?: string; kind?: string }[]
}

async function giveTemplates({ ask, ids }: World): Promise<void> {
  ids.draftTemplate = (await ask<{ id: string }>('POST', '/api/templates', DRAFT)).id
  const { items } = await ask<Items>('GET', '/api/templates')
  ids.template = items.find(({ name }) => name === 'boas_vindas')?.id ?? ''
  const emails = await ask<Items>('GET', '/api/email-templates')
  ids.email = emails.items[0]?.id ?? ''
}

/** One that is refused, one that comes twice, one that shows two people to be the same, two forms. */
async function giveLeads({ line }: World): Promise<void> {
  const [first] = PEOPLE
  const ana = PEOPLE.find(({ name }) => name.startsWith('Ana'))
  const lead = { source: 'landing', name: 'Gilberto Ramos' }
  await line.lead({ ...lead, event_id: 'aurora-wrong', phone_e164: '12' })
  await line.lead({ ...lead, event_id: `aurora-${ana?.phone}`, phone_e164: ana?.phone ?? '' })
  await line.lead({
    event_id: 'aurora-twin',
    source: 'parceiro',
    name: first?.name ?? '',
    phone_e164: first?.phone ?? '',
    email: ana?.email,
  })
}

async function giveList({ line, ask, ids }: World): Promise<void> {
  const { email, password, baseUrl } = line.demo
  const { token } = await ask<{ token: string }>('POST', '/api/session', { email, password })
  for (const name of ['feira-de-inverno.csv', 'clientes-da-loja.csv']) {
    const answer = await fetch(`${baseUrl}/api/imports?name=${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
      body: PEOPLE_OF_A_LIST,
    })
    ids.import = ((await answer.json()) as { id: string }).id
  }
}

async function tagState({ ask }: World): Promise<void> {
  await ask('POST', `/api/workflows/${WORKFLOW}/state-acts`, {
    filter: { state: 'espera_compra' },
    act: { kind: 'tag', tag: 'colecao-nova' },
    reason: 'Avisar da coleção nova',
  })
}
