// CHANNEL_MISSING, TEMPLATE_MISSING, TEMPLATE_VARS_WRONG: what a workflow needs and the tenant lacks. Warnings, since
// the tenant may get it without a change of the document.

import { LAST_CHANNEL } from '../../contracts/channel.ts'
import type { Localized } from '../../nodes/node-kind.ts'
import { pathStep } from '../../expression/path.ts'
import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import type { KnownTemplate, Surroundings } from '../surroundings.ts'
import { type Checked, placeOf } from './checked.ts'
import { removeAt } from './fix.ts'
import { traceTo } from './trace.ts'

/** Every channel and template that is not there; nothing where the surroundings are not known. */
export function missingAtTenant({ flow, surroundings }: Checked): Finding[] {
  if (!surroundings) return []
  return flow.nodes.flatMap((node) =>
    findingsAt(surroundings, node).map((finding) => ({
      ...finding,
      trace: traceTo(flow, node.id),
    })),
  )
}

function findingsAt(surroundings: Surroundings, node: ResolvedNode): Finding[] {
  const { channel, template } = node.kind?.needs(node.node) ?? {}
  if (channel === undefined || channel === LAST_CHANNEL) return []
  if (!surroundings.channels.has(channel)) {
    return [{ code: 'CHANNEL_MISSING', ...placeOf(node), detail: channel }]
  }
  if (template === undefined) return []
  const { language, vars = {} } = node.node as { language?: string; vars?: object }
  const known = surroundings.templates.find(
    (each) =>
      each.kind === channel &&
      each.name === template &&
      (language === undefined || each.language === language) &&
      each.status.toUpperCase() === 'APPROVED',
  )
  if (!known) {
    const detail = language === undefined ? template : `${template} (${language})`
    return [{ code: 'TEMPLATE_MISSING', ...placeOf(node, '.template'), detail }]
  }
  return wrongVars(node, known, Object.keys(vars))
}

function wrongVars(node: ResolvedNode, { name, variables }: KnownTemplate, given: string[]) {
  const missing = variables.filter((variable) => !given.includes(variable))
  const unknown = given.filter((variable) => !variables.includes(variable))
  if (missing.length === 0 && unknown.length === 0) return []
  const vars = (node.node as { vars?: object }).vars === undefined ? '' : '.vars'
  const finding: Finding = {
    code: 'TEMPLATE_VARS_WRONG',
    ...placeOf(node, vars),
    detail: name,
    other: differenceOf(missing, unknown),
    fix:
      missing.length > 0
        ? null
        : unknown.map((variable) => removeAt(placeOf(node, `.vars${pathStep(variable)}`).path)),
  }
  return [finding]
}

/** What is missing and what is too much, in words. */
export function differenceOf(missing: readonly string[], unknown: readonly string[]): Localized {
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
  const say = (lacks: string, exceeds: string) =>
    [
      ...(missing.length > 0 ? [`${lacks} ${list(missing)}`] : []),
      ...(unknown.length > 0 ? [`${exceeds} ${list(unknown)}`] : []),
    ].join('; ')
  return { 'pt-BR': say('falta', 'sobra'), en: say('missing', 'unknown') }
}
