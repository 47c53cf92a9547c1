// Names for new nodes: readable, allowed, and such that nothing in the draft begins to mean something else by them.

import { NODE_ID_PATTERN, RESERVED_NODE_IDS } from '#machines/contracts/workflow.ts'
import { SCOPE_NAMES } from '#machines/expression/scope.ts'
import type { DocNode } from './outline.ts'

/** By which people know a step of that kind; others are called by the last word of their kind. */
const WORDS: Record<string, string> = {
  'contact.upsert': 'contato',
  'whatsapp.send_text': 'texto',
  'whatsapp.send_template': 'modelo',
  'whatsapp.send_buttons': 'botoes',
  'whatsapp.send_list': 'lista',
  'whatsapp.send_media': 'midia',
  'whatsapp.send_cta_url': 'link',
  'whatsapp.send_carousel': 'carrossel',
  'whatsapp.send_contacts': 'contatos',
  'whatsapp.request_location': 'localizacao',
  'whatsapp.send_reaction': 'reacao',
  'whatsapp.mark_read': 'lida',
  'message.send_text': 'mensagem',
  ask: 'pergunta',
  'email.send_template': 'email_modelo',
  'email.send_text': 'email_texto',
  'tag.add': 'etiqueta',
  'tag.remove': 'tira_etiqueta',
  'crm.create_deal': 'negocio',
  'webhook.call': 'chamada',
  'ai.classify': 'classifica',
  'ai.reply': 'resposta',
  'ai.extract': 'extrai',
  'transform.json': 'transforma',
  'handoff.human': 'atendente',
  switch: 'escolha',
  if: 'se',
  experiment: 'teste_ab',
  intent: 'intencao',
  'business.hours': 'horario',
  'set.variable': 'variavel',
  delay: 'espera',
  'wait.until': 'espera_ate',
  'wait.for.event': 'aguarda',
  group: 'grupo',
  parallel: 'paralelo',
  'loop.for-each': 'repete',
  interrupt: 'atalho',
  subflow: 'subfluxo',
  goto: 'vai_para',
  end: 'fim',
}

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d_-]*/gu
/** What every contact has, read as `{{name}}`. */
const FACTS = ['name', 'phone', 'phone_e164', 'email', 'tags', 'source', 'clock']

/** The word that ids of that kind begin with. */
export function wordFor(type: string): string {
  const last = type.split('.').at(-1) ?? ''
  return (Object.hasOwn(WORDS, type) && WORDS[type]) || last.replaceAll(/[^\p{L}\p{N}_]/gu, '_')
}

/**
 * @param word of a kind, or an id that was free elsewhere
 * @param more ids that are taken besides
 */
export function freshId(
  nodes: readonly DocNode[],
  word: string,
  more: Iterable<string> = [],
): string {
  return freeIn(new Set([...namesIn(nodes), ...more]), word)
}

export function freeIn(taken: ReadonlySet<string>, word: string): string {
  const isFree = (id: string) =>
    !taken.has(id) && !SCOPE_NAMES.has(id) && !RESERVED_NODE_IDS.has(id) && NODE_ID_PATTERN.test(id)
  if (isFree(word)) return word
  // The number that it ends with goes on, or a long id would grow with every copy.
  const stem = Array.from(word.replace(/_\d+$/u, '')).slice(0, 50).join('')
  const base = NODE_ID_PATTERN.test(stem) ? stem : 'estado'
  for (let number = 2; ; number += 1) {
    if (isFree(`${base}_${number}`)) return `${base}_${number}`
  }
}

/**
 * Every id, every name that some node leads to though nothing has it, and every name that an expression reads: the
 * result of a node of that name would be read instead.
 */
export function namesIn(nodes: readonly DocNode[]): Set<string> {
  const names = new Set(FACTS)
  for (const node of nodes) {
    names.add(node.id)
    for (const text of textsIn(node)) {
      if (text.length <= 64) names.add(text)
      if (/^\$[.[]|\{\{|\{%/u.test(text)) for (const [word] of text.matchAll(WORD)) names.add(word)
    }
  }
  return names
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
