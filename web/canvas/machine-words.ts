// What machines say in their own words, such as `$.vars.total greaterOrEqual 500`, as people read it. Pure.

type Named = (key: string, fallback: string) => string

/** The same in every language; the others have words under `operators`. */
const SYMBOLS: Record<string, string> = {
  equals: '=',
  notEquals: '≠',
  greater: '>',
  greaterOrEqual: '≥',
  less: '<',
  lessOrEqual: '≤',
}
/** A string, left alone, or a path with the comparison that follows it. */
const COMPARISON = /"(?!\$\.)(?:[^"\\]|\\.)*"|(\$\.\S+) ([a-z]+)(?=[\s)]|$)/gi
const PATH = /"\$\.([^\s"]+)"|\$\.(?=\w)/g
const EVENT_TYPE = /(?<![\w.])[a-z_]+(?:\.[a-z_]+)+(?![\w.])/g

/** `$.vars.total greaterOrEqual 500` → `vars.total ≥ 500` */
export function conditionWords(text: string, named: Named): string {
  const compared = text.replace(COMPARISON, (match: string, path?: string, operator?: string) =>
    path === undefined || operator === undefined
      ? match
      : `${path} ${operatorWord(operator, named)}`,
  )
  return compared.replace(PATH, (_, quoted?: string) => quoted ?? '')
}

function operatorWord(operator: string, named: Named): string {
  return SYMBOLS[operator] ?? named(`operators.${operator}`, operator)
}

/** `purchase.approved, my.own` → `compra aprovada, my.own` */
export function eventWords(text: string, named: Named): string {
  return text.replace(EVENT_TYPE, (type) => named(`events.${type.replaceAll('.', '_')}`, type))
}

/** `name, tags, tier` → `nome, etiquetas, tier` */
export function fieldWords(text: string, named: Named): string {
  return text
    .split(', ')
    .map((field) => (/^\w+$/.test(field) ? named(`fields.${field}`, field) : field))
    .join(', ')
}
