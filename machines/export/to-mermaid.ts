// A workflow as a Mermaid state diagram: the chart as it is drawn, nested as the machine is.

import { type Chart, chartOf } from '../compile/chart.ts'
import type { CompiledWorkflow } from '../compile/compile.ts'
import { MAIN } from '../compile/lowered.ts'
import { END, TRIGGER } from '../compile/resolve.ts'
import { type ExportState, type Exported, exportWith, statesOf } from './states.ts'

const MAX_LABEL = 60

/** The drawn chart as the text of a `stateDiagram-v2`. */
export function toMermaid(document: unknown): Exported {
  return exportWith(document, (workflow) => write(workflow, chartOf(document)))
}

function write({ machine }: CompiledWorkflow, chart: Chart): string {
  const names = new Map(chart.nodes.map(({ id }, index) => [id, `s${index}`]))
  const labels = new Map(chart.nodes.map((node) => [node.id, labelOf(node)]))
  const context: Context = { names, labels, placed: new Set() }
  const nested = statesOf(machine).states.flatMap((state) => nest(state, context, '  '))
  const flat = chart.nodes
    .filter(({ id }) => !context.placed.has(id) && id !== TRIGGER && id !== END)
    .map(({ id }) => declare(id, context, '  '))
  const edges = chart.edges.map(({ from, to, port, label }) => {
    const words = clean(label ?? (port === 'next' ? '' : port))
    return `  ${nameOf(from, names)} --> ${nameOf(to, names)}${words === '' ? '' : ` : ${words}`}`
  })
  return ['stateDiagram-v2', ...nested, ...flat, ...edges, ''].join('\n')
}

interface Context {
  names: ReadonlyMap<string, string>
  labels: ReadonlyMap<string, string>
  placed: Set<string>
}

function nest(state: ExportState, context: Context, indent: string): string[] {
  if (state.id === MAIN) return state.children.flatMap((child) => nest(child, context, indent))
  if (!context.names.has(state.id) || state.id === END) return []
  context.placed.add(state.id)
  const regions = state.children
    .map((child) => nest(child, context, `${indent}  `))
    .filter((lines) => lines.length > 0)
  if (regions.length === 0) return [declare(state.id, context, indent)]
  const inside =
    state.type === 'parallel'
      ? regions.flatMap((lines, index) => (index === 0 ? lines : [`${indent}  --`, ...lines]))
      : regions.flat()
  const name = nameOf(state.id, context.names)
  return [declare(state.id, context, indent), `${indent}state ${name} {`, ...inside, `${indent}}`]
}

function declare(id: string, { names, labels }: Context, indent: string): string {
  return `${indent}state "${labels.get(id) ?? clean(id)}" as ${nameOf(id, names)}`
}

function nameOf(id: string, names: ReadonlyMap<string, string>): string {
  return id === TRIGGER || id === END ? '[*]' : (names.get(id) ?? clean(id))
}

function labelOf({ id, role, label, title, summary }: Chart['nodes'][number]): string {
  if (role === 'failed') return clean(title['pt-BR'])
  return clean(label ?? (summary === '' ? id : `${id} · ${summary}`)) || clean(id)
}

/** One short line without the signs that Mermaid reads as its own. */
function clean(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const short =
    line.length > MAX_LABEL ? `${line.slice(0, MAX_LABEL).toWellFormed().trimEnd()}…` : line
  return short
    .replaceAll('"', "'")
    .replaceAll(/[;:#{}<>%]/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
}
