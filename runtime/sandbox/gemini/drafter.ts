// What the stand-in for Gemini says when it is asked for a workflow: a small document that the checks take, by the words
// of the request. It understands nothing: it adds to what is there, or makes a welcome.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { textOf } from '#machines/expression/value.ts'
import { plainWords } from '#machines/expression/plain-words.ts'

/** @param question the user's turn as it was sent */
export function draftAnswer(question: JsonObject): JsonObject {
  const asked = plainWords(textOf(question['pedido'] ?? ''))
  const current = isJsonObject(question['fluxo_atual']) ? question['fluxo_atual'] : {}
  const nodes = Array.isArray(current['nodes']) ? current['nodes'].filter(isJsonObject) : []
  const taken = new Set(nodes.map(({ id }) => textOf(id ?? '')))
  const added = stepsFor(asked, taken)
  const definition = {
    ...current,
    name: typeof current['name'] === 'string' ? current['name'] : 'Fluxo novo',
    trigger: isJsonObject(current['trigger']) ? current['trigger'] : { type: 'lead.captured' },
    nodes: [...nodes.map((node) => leadingOn(node, nodes, added)), ...added],
  }
  return {
    definition,
    summary: `Acrescentei ${added.map(({ id }) => textOf(id ?? '')).join(', ')}.`,
  }
}

/** The last node of the list, where it ended the run, leads on to what comes after it now. */
function leadingOn(node: JsonObject, nodes: readonly JsonObject[], added: Json[]): JsonObject {
  if (node !== nodes.at(-1) || node['next'] !== null || added.length === 0) return node
  const { next: _next, ...rest } = node
  return rest
}

function stepsFor(asked: string, taken: ReadonlySet<string>): JsonObject[] {
  const id = (base: string): string => {
    let free = base
    for (let number = 2; taken.has(free); number += 1) free = `${base}_${number}`
    return free
  }
  const wait = { id: id('espera'), type: 'delay', label: 'Esperar um dia', duration: 'P1D' }
  const steps: JsonObject[] = /\b(espera|esperar|dia|depois|lembr\w*|wait|remind\w*|later)\b/.test(
    asked,
  )
    ? [wait]
    : []
  if (/\b(pessoa|humano|atendente|person|human|agent)\b/.test(asked)) {
    return [...steps, { id: id('atende'), type: 'handoff.human', label: 'Chamar uma pessoa' }]
  }
  const tag = { id: id('marca'), type: 'tag.add', label: 'Marcar o contato', tags: ['novo'] }
  return [...steps, tag]
}
