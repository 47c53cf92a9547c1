// SUBFLOW_MISSING and SUBFLOW_INPUT_WRONG: a workflow that cannot be called, or not in this way.

import { type Json, isJsonObject } from '../../contracts/json.ts'
import { isPath, pathStep } from '../../expression/path.ts'
import { isTemplate } from '../../expression/template.ts'
import { mistypedName, type ValueTypes } from '../../nodes/value-types.ts'
import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Checked, placeOf } from './checked.ts'
import { removeAt, replaceAt } from './fix.ts'
import { nearestOf } from './nearest.ts'
import { differenceOf } from './tenant.ts'
import { traceTo } from './trace.ts'

interface Call {
  workflow: string
  version?: string
  input?: Record<string, Json>
}

/** Every call of a workflow that the tenant lacks, or that asks for another input. */
export function wrongSubflows({ flow, surroundings }: Checked): Finding[] {
  if (!surroundings) return []
  return flow.nodes.flatMap((node) => {
    if (node.type !== 'subflow' || !node.kind) return []
    const finding = findingAt(surroundings, node, node.node as unknown as Call)
    return finding ? [{ ...finding, trace: traceTo(flow, node.id) }] : []
  })
}

function findingAt({ workflows }: Surroundings, node: ResolvedNode, call: Call): Finding | null {
  const known = workflows.find(({ id }) => id === call.workflow)
  const version = call.version ?? known?.publishedVersionId ?? null
  if (!known || version === null) {
    const place = placeOf(node, '.workflow')
    const callable = workflows.filter(({ publishedVersionId }) => publishedVersionId !== null)
    const nearest = nearestOf(
      call.workflow,
      callable.map(({ id }) => id),
    )
    const fix = nearest === null ? null : [replaceAt(place.path, nearest)]
    return { code: 'SUBFLOW_MISSING', ...place, detail: call.workflow, fix }
  }
  if (!known.versions.some(({ id }) => id === version)) {
    const place = placeOf(node, call.version === undefined ? '.workflow' : '.version')
    const fix =
      call.version !== undefined && known.publishedVersionId ? [removeAt(place.path)] : null
    return { code: 'SUBFLOW_MISSING', ...place, detail: `${call.workflow} ${version}`, fix }
  }
  return known.input === null ? null : wrongInput(node, call, known.input)
}

function wrongInput(node: ResolvedNode, call: Call, types: ValueTypes): Finding | null {
  const { workflow, input = {} } = call
  const missing = Object.keys(types).filter((name) => !Object.hasOwn(input, name))
  const unknown = Object.keys(input).filter((name) => !Object.hasOwn(types, name))
  // Only what stands in the document itself has a type here.
  const fixed = Object.entries(types).filter(([name]) => isFixed(input[name] ?? null))
  const mistyped = missing.length > 0 ? null : mistypedName(input, Object.fromEntries(fixed))
  if (missing.length === 0 && unknown.length === 0 && mistyped === null) return null
  const type = mistyped === null ? '' : types[mistyped]
  const other =
    mistyped === null
      ? differenceOf(missing, unknown)
      : { 'pt-BR': `"${mistyped}" não é ${type}`, en: `"${mistyped}" is no ${type}` }
  const fix =
    missing.length > 0 || mistyped !== null
      ? null
      : unknown.map((name) => removeAt(placeOf(node, `.input${pathStep(name)}`).path))
  const field = call.input === undefined ? '' : '.input'
  return { code: 'SUBFLOW_INPUT_WRONG', ...placeOf(node, field), detail: workflow, other, fix }
}

function isFixed(value: Json): boolean {
  if (typeof value === 'string') return !isPath(value) && !isTemplate(value)
  if (Array.isArray(value)) return value.every(isFixed)
  return !isJsonObject(value) || Object.values(value).every((item) => isFixed(item ?? null))
}
