// What a new node of each kind says before anybody has typed: as little as its schema lets it, so that it can be drawn,
// connected and left at once. Texts are meant to be typed over, and are Portuguese like the drafts of the gallery.

import type { JsonObject } from '#machines/contracts/json.ts'

const TEXT = 'Escreva a mensagem'
const BUTTON = 'Ver opções'
const LINK = 'https://exemplo.com.br'

const BODIES: Record<string, () => JsonObject> = {
  'contact.upsert': () => ({ map: {} }),
  'whatsapp.send_text': () => ({ text: TEXT }),
  'whatsapp.send_template': () => ({ template: 'modelo' }),
  'whatsapp.send_buttons': () => ({ body: TEXT, buttons: twoButtons() }),
  'whatsapp.send_list': () => ({
    body: TEXT,
    button: BUTTON,
    sections: [{ rows: [{ id: 'opcao_1', title: 'Opção 1' }] }],
  }),
  'whatsapp.send_media': () => ({ media: 'image', link: `${LINK}/imagem.png` }),
  'whatsapp.send_cta_url': () => ({ body: TEXT, button: 'Abrir', url: LINK }),
  'whatsapp.send_carousel': () => ({ body: TEXT, media: 'image', cards: [card(1), card(2)] }),
  'whatsapp.send_contacts': () => ({ contacts: [{ name: 'Nome do contato' }] }),
  'whatsapp.request_location': () => ({ body: 'Onde você está?' }),
  'whatsapp.send_reaction': () => ({ emoji: '👍' }),
  'message.send_text': () => ({ text: TEXT }),
  ask: () => ({ text: 'Escreva a pergunta', answer: { type: 'text' } }),
  'email.send_template': () => ({ template: 'modelo' }),
  'email.send_text': () => ({ subject: 'Assunto', text: TEXT }),
  'tag.add': () => ({ tags: ['nova'] }),
  'tag.remove': () => ({ tags: ['nova'] }),
  'crm.create_deal': () => ({ title: 'Novo negócio' }),
  'webhook.call': () => ({ method: 'POST', url: LINK }),
  'ai.classify': () => ({ input: '{{payload.text}}' }),
  'ai.reply': () => ({ input: '{{payload.text}}' }),
  'ai.extract': () => ({ input: '{{payload.text}}', schema: { type: 'object', properties: {} } }),
  'transform.json': () => ({ expression: '$' }),
  switch: () => ({ on: '$.payload.text', cases: {} }),
  if: () => ({ condition: { value: '$.payload.text', op: 'exists' } }),
  experiment: () => ({
    variants: [
      { name: 'A', weight: 50 },
      { name: 'B', weight: 50 },
    ],
  }),
  intent: () => ({ on: '$.payload.text', cases: {} }),
  'set.variable': () => ({ set: {} }),
  delay: () => ({ duration: 'PT1H' }),
  'wait.until': () => ({ at: { time: '09:00' } }),
  'wait.for.event': () => ({ event: 'message.received', timeout: 'P1D' }),
  'loop.for-each': () => ({ items: '$.payload.items', as: 'item' }),
  interrupt: () => ({ words: ['menu'] }),
  subflow: () => ({ workflow: 'wf_escolha' }),
  goto: () => ({ to: '' }),
}

/** Fields of a new node beside its id and kind; a kind that needs none, or that nobody wrote any for, has none. */
export function freshBody(type: string): JsonObject {
  return (Object.hasOwn(BODIES, type) && BODIES[type]?.()) || {}
}

function twoButtons(): JsonObject[] {
  return [
    { id: 'sim', title: 'Sim' },
    { id: 'nao', title: 'Não' },
  ]
}

function card(number: number): JsonObject {
  return {
    link: `${LINK}/imagem-${number}.png`,
    body: `Cartão ${number}`,
    url: { text: 'Abrir', url: LINK },
  }
}
