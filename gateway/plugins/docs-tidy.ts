// The generated description without what no reader needs: twins of schemas that nothing refers to, and references
// to nameless recursive schemas, which here always mean "any JSON".

type Node = { [key: string]: unknown }

const COMPONENT = '#/components/schemas/'

/** @returns a copy in which every reference leads somewhere and every component is referred to */
export function tidyDocument<Document extends object>(document: Document): Document {
  const opened = openRecursion(document) as Node
  const components = isNode(opened.components) ? opened.components : {}
  const schemas = isNode(components.schemas) ? components.schemas : {}
  const used = new Set<string>()
  collect({ ...opened, components: null }, schemas, used)
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  return { ...opened, components: { ...components, schemas: kept } } as unknown as Document
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

const isRecursion = (ref: unknown): boolean =>
  typeof ref === 'string' && (/\/schema\d+$/.test(ref) || ref.includes('$defs'))

function openRecursion(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openRecursion)
  if (!isNode(value)) return value
  if (isRecursion(value.$ref)) return {}
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, openRecursion(child)]),
  )
}

function collect(value: unknown, schemas: Node, used: Set<string>): void {
  if (!isNode(value)) return
  const { $ref } = value
  if (typeof $ref === 'string' && $ref.startsWith(COMPONENT)) {
    const name = $ref.slice(COMPONENT.length)
    if (!used.has(name)) {
      used.add(name)
      collect(schemas[name], schemas, used)
    }
  }
  for (const child of Object.values(value)) collect(child, schemas, used)
}
