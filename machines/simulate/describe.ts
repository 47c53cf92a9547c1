// What the `workflow` command found, in short lines for the terminal.

import type { Diagnostic } from '../contracts/api.ts'
import type { Simulation } from '../contracts/simulation.ts'
import type { StateMapEntry, WorkflowChange } from '../contracts/versions.ts'
import type { TestOutcome } from '../contracts/workflow-tests.ts'
import type { Paths } from './paths.ts'

/** One line per diagnostic: severity, place, sentence. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(
    ({ severity, path, code, message }) => `${severity}  ${path}  ${code}: ${message.en}`,
  )
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  return [...lines, '', `${errors} errors, ${warnings} warnings`].join('\n')
}

/** One line per change, then the states whose contacts would not simply stay. */
export function describeDiff(
  changes: readonly WorkflowChange[],
  stateMap: readonly StateMapEntry[],
): string {
  if (changes.length === 0) return 'No difference.'
  const moves = stateMap
    .filter(({ from, to, rule }) => to !== from && rule !== 'passes')
    .map(({ from, to, message }) => `${from} → ${to ?? 'nowhere'} (${message.en})`)
  return [
    ...changes.map(({ message }) => message.en),
    ...(moves.length === 0 ? [] : ['', 'Running contacts', ...moves.map((line) => `  ${line}`)]),
  ].join('\n')
}

/** The steps, the transcript and where it ended. */
export function describeSimulation({
  steps,
  transcript,
  timers,
  final,
  problems,
}: Simulation): string {
  const moves = steps.map(({ at, event, path, note }) => {
    const what = note === null ? path.join(' → ') : `(${note})`
    return `${moment(at)}  ${event}  ${what}`
  })
  const words = transcript.map(
    ({ at, direction, text }) => `${moment(at)}  ${direction === 'in' ? '<' : '>'} ${text}`,
  )
  const armed = timers.map(({ nodeId, dueAt }) => `${nodeId} until ${moment(dueAt)}`)
  const error = final.error ? ` (${final.error.code}: ${final.error.message})` : ''
  return [
    ...section('Steps', moves),
    ...section('Messages', words),
    ...section('Timers', armed),
    ...section('Variables', variablesOf(final.vars)),
    ...section('Problems', problems.map(problemLine)),
    `${final.status} in ${final.states.join(', ') || 'nothing'}${error}`,
  ].join('\n')
}

/** Each script with what it is the first to reach, then what none reaches. */
export function describePaths({ paths, unreached, states, transitions }: Paths): string {
  const found = paths.flatMap(({ covers, start, script }) => [
    covers.join(', '),
    ...(start ? [`  start ${JSON.stringify(start)}`] : []),
    ...script.map((entry) => `  ${JSON.stringify(entry)}`),
  ])
  const counts = [states, transitions].map(({ reached, total }) => `${reached} of ${total}`)
  return [
    ...section('Scripts', found),
    ...section(
      'Not reached',
      unreached.map(({ id, message }) => `${id}: ${message.en}`),
    ),
    `${counts[0]} states, ${counts[1]} transitions, ${paths.length} scripts`,
  ].join('\n')
}

/** One line per test, the failed ones with their first difference. */
export function describeTests(outcomes: readonly TestOutcome[]): string {
  const lines = outcomes.map(({ name, passed, message }) =>
    passed ? `ok      ${name}` : `FAILED  ${name}\n        ${message?.en ?? ''}`,
  )
  const failed = outcomes.filter(({ passed }) => !passed).length
  return [...lines, '', `${outcomes.length - failed} passed, ${failed} failed`].join('\n')
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), '']
}

function variablesOf(vars: Simulation['final']['vars']): string[] {
  return Object.entries(vars).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
}

function problemLine({ index, message }: Simulation['problems'][number]): string {
  return `${index === null ? '' : `entry ${index + 1}: `}${message.en}`
}

function moment(at: string): string {
  return at.replace('T', ' ').replace(/(:00)?\.000Z$/, '')
}
