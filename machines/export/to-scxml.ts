// A workflow as SCXML (W3C): states, transitions, delays as delayed sends. Always well-formed.

import type { CompiledWorkflow } from '../compile/compile.ts'
import {
  type ExportState,
  type Exported,
  exportWith,
  type ExportTransition,
  statesOf,
} from './states.ts'

/** The statechart as an SCXML document. */
export function toScxml(document: unknown): Exported {
  return exportWith(document, write)
}

/** What holds for every state: SCXML has no transitions at its root, so a state around all has them. */
const ROOT = '$root'

function write({ document, machine }: CompiledWorkflow): string {
  const { initial, transitions, states } = statesOf(machine)
  const isWrapped = transitions.length > 0
  const wrapped: ExportState = {
    id: ROOT,
    type: 'compound',
    history: null,
    initial,
    entry: [],
    transitions,
    children: states,
  }
  const begins = isWrapped ? ROOT : initial
  const attributes = attributesOf({
    xmlns: 'http://www.w3.org/2005/07/scxml',
    version: '1.0',
    name: document.name,
    initial: begins === null ? undefined : idOf(begins),
  })
  const body = (isWrapped ? [wrapped] : states).flatMap((state) => linesOf(state, '  '))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<scxml${attributes}>`,
    ...body,
    '</scxml>',
    '',
  ].join('\n')
}

const TAGS = {
  atomic: 'state',
  compound: 'state',
  parallel: 'parallel',
  final: 'final',
  history: 'history',
} as const

function linesOf(state: ExportState, indent: string): string[] {
  const tag = TAGS[state.type]
  const opening = `${indent}<${tag}${attributesOf({
    id: idOf(state.id),
    type: state.history ?? undefined,
    initial: state.initial === null ? undefined : idOf(state.initial),
  })}`
  const inner = `${indent}  `
  const content = [
    ...onEntry(state, inner),
    // A final state has no way out, and a history state only its default.
    ...(state.type === 'final' ? [] : state.transitions.map((each) => transition(each, inner))),
    ...state.children.flatMap((child) => linesOf(child, inner)),
  ]
  if (content.length === 0) return [`${opening}/>`]
  return [`${opening}>`, ...content, `${indent}</${tag}>`]
}

function onEntry({ id, type, entry, transitions }: ExportState, indent: string): string[] {
  if (type === 'history') return []
  const raised = entry
    .filter((name) => name !== 'entered')
    .map((name) => `${indent}  <raise${attributesOf({ event: `${name}.${idOf(id)}` })}/>`)
  const timers = [...new Set(transitions.flatMap(({ after }) => after ?? []))]
  const sent = timers.map((node) => {
    const attributes = {
      event: `after.${node}`,
      id: `after.${node}`,
      delayexpr: `delay('${node}')`,
    }
    return `${indent}  <send${attributesOf(attributes)}/>`
  })
  const cancelled = timers.map(
    (node) => `${indent}  <cancel${attributesOf({ sendid: `after.${node}` })}/>`,
  )
  return [...block('onentry', [...raised, ...sent], indent), ...block('onexit', cancelled, indent)]
}

function block(tag: string, lines: string[], indent: string): string[] {
  return lines.length === 0 ? [] : [`${indent}<${tag}>`, ...lines, `${indent}</${tag}>`]
}

function transition({ event, after, guard, targets }: ExportTransition, indent: string): string {
  const named =
    after === null ? event.replace(/^xstate\.done\.state\..*/, 'done.state') : `after.${after}`
  return `${indent}<transition${attributesOf({
    event: named === '' ? undefined : named,
    cond: guard ?? undefined,
    target: targets.length === 0 ? undefined : targets.map(idOf).join(' '),
  })}/>`
}

/** `$end` and `turn:x` are no XML names; a node's own id never has a dot. */
function idOf(state: string): string {
  return state.replaceAll('$', 'run.').replaceAll(':', '.')
}

function attributesOf(attributes: Record<string, string | undefined>): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escape(value)}"`]))
    .join('')
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** All but the production Char of XML 1.0: what it has no way to write. */
const NOT_XML = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(NOT_XML, '')
    .replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign)
    .replaceAll(/[\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
