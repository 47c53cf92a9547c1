// A document without what looks like a credential: keys that were written into calls of other systems stay at home.

import type { Cleared } from '../contracts/workflow-exchange.ts'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import { isTemplate } from '../expression/template.ts'
import { textOf } from '../expression/value.ts'

/** Names of headers, query parameters and fields that hold a key. */
const SECRET =
  /^(?:proxy-)?authorization$|^cookie$|(?:^|[-_.])(?:api[-_]?key|apikey|token|secret|password|senha|passwd|pwd|credential|access[-_]?key|private[-_]?key|signature)s?$/i
const IN_QUERY =
  /([?&](?:[\w-]*[-_.])?(?:api[-_]?key|apikey|key|token|secret|password|senha|pwd|sig|signature)=)([^&#{]+)/gi

/**
 * Empties what looks like a credential in nodes that call other systems.
 * @param document any JSON
 * @returns the document, and where something was taken out: JSON paths inside the node
 */
export function withoutSecrets(document: JsonObject): { document: JsonObject; cleared: Cleared[] } {
  const { nodes } = document
  if (!Array.isArray(nodes)) return { document, cleared: [] }
  const cleared: Cleared[] = []
  const kept = nodes.map((node) => {
    if (!isJsonObject(node) || node['type'] !== 'webhook.call') return node
    return clearNode(node, (path) => cleared.push({ nodeId: textOf(node['id']), path }))
  })
  return { document: { ...document, nodes: kept }, cleared }
}

type Tell = (path: string) => void

function clearNode(node: JsonObject, tell: Tell): JsonObject {
  const { url, headers, body } = node
  return {
    ...node,
    ...(typeof url === 'string' && { url: clearUrl(url, tell) }),
    ...(headers !== undefined && { headers: clear(headers, '.headers', tell) }),
    ...(body !== undefined && { body: clear(body, '.body', tell) }),
  }
}

function clearUrl(url: string, tell: Tell): string {
  const next = url.replaceAll(IN_QUERY, '$1')
  if (next !== url) tell('.url')
  return next
}

/** What a run fills in is no secret of the document. */
function clear(value: Json, path: string, tell: Tell): Json {
  if (Array.isArray(value)) return value.map((item, at) => clear(item, `${path}[${at}]`, tell))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const at = `${path}.${key}`
      if (!SECRET.test(key)) return [key, clear(item, at, tell)]
      const isFixed = typeof item === 'string' && item !== '' && !isFilled(item)
      if (isFixed) tell(at)
      return [key, isFixed ? '' : item]
    }),
  )
}

/** `Bearer {{vars.chave}}` and `$.vars.chave`. */
function isFilled(text: string): boolean {
  return isTemplate(text) || text.startsWith('$.')
}
