// JSON operators. Values are text; jsonb keeps its canonical form.

import type { Compiled, Frame } from './scope.ts'
import { canonicalJson } from './values.ts'

type Parsed = string | number | boolean | null | Parsed[] | { [key: string]: Parsed }

export function jsonOperator(op: string, left: Compiled, right: Compiled): Compiled {
  const isText = op === '->>' || op === '#>>'
  const type = isText ? 'text' : left.type === 'json' ? 'json' : 'jsonb'
  const act = op === '||' ? concatenate : isText ? textAt(op) : jsonAt(op)
  const run = (frame: Frame): unknown => {
    const [first, second] = [left.run(frame), right.run(frame)]
    return first === null || second === null ? null : act(first as string, second)
  }
  return { type, run }
}

const parse = (text: string): Parsed => JSON.parse(text) as Parsed

function at(json: Parsed, key: unknown): Parsed | undefined {
  if (Array.isArray(json)) return json.at(Number(key))
  if (typeof json !== 'object' || json === null) return undefined
  return Object.hasOwn(json, String(key)) ? json[String(key)] : undefined
}

function find(op: string, text: string, key: unknown): Parsed | undefined {
  if (!op.startsWith('#')) return at(parse(text), key)
  let json: Parsed | undefined = parse(text)
  for (const step of key as string[]) {
    if (json === undefined) return undefined
    json = at(json, step)
  }
  return json
}

const jsonAt =
  (op: string) =>
  (text: string, key: unknown): string | null => {
    const found = find(op, text, key)
    return found === undefined ? null : JSON.stringify(found)
  }

const textAt =
  (op: string) =>
  (text: string, key: unknown): string | null => {
    const found = find(op, text, key)
    if (found === undefined || found === null) return null
    return typeof found === 'string' ? found : JSON.stringify(found)
  }

function concatenate(left: string, right: unknown): string {
  const [first, second] = [parse(left), parse(right as string)]
  const isObject = (json: Parsed): json is { [key: string]: Parsed } =>
    typeof json === 'object' && json !== null && !Array.isArray(json)
  if (isObject(first) && isObject(second))
    return canonicalJson(JSON.stringify({ ...first, ...second }))
  const asList = (json: Parsed): Parsed[] => (Array.isArray(json) ? json : [json])
  return JSON.stringify([...asList(first), ...asList(second)])
}

/** `?`, `?|`, `?&` and `@>`. */
export function booleanOfJson(op: string): (left: never, right: never) => boolean {
  const has = (json: Parsed, key: string): boolean =>
    Array.isArray(json)
      ? json.includes(key)
      : typeof json === 'object' && json !== null && Object.hasOwn(json, key)
  if (op === '?') return (text: string, key: string) => has(parse(text), key)
  if (op === '?|')
    return (text: string, keys: string[]) => keys.some((key) => has(parse(text), key))
  if (op === '?&')
    return (text: string, keys: string[]) => keys.every((key) => has(parse(text), key))
  return (left: string, right: string) => contains(parse(left), parse(right))
}

function contains(json: Parsed, part: Parsed): boolean {
  if (Array.isArray(json) && Array.isArray(part))
    return part.every((wanted) => json.some((item) => contains(item, wanted)))
  if (typeof json !== 'object' || json === null || typeof part !== 'object' || part === null)
    return json === part
  if (Array.isArray(json) || Array.isArray(part)) return false
  return Object.entries(part).every(
    ([key, wanted]) => Object.hasOwn(json, key) && contains(json[key] as Parsed, wanted),
  )
}
