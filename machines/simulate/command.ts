// The `workflow` command without its terminal: words and texts of files in, an exit code and lines out.

import { compile } from '../compile/compile.ts'
import { isClean } from '../compile/diagnostics.ts'
import type { Diagnostic } from '../contracts/api.ts'
import { isJsonObject, type Json } from '../contracts/json.ts'
import { WorkflowTestsSchema } from '../contracts/workflow-tests.ts'
import type { Exported } from '../export/states.ts'
import { toMermaid } from '../export/to-mermaid.ts'
import { toScxml } from '../export/to-scxml.ts'
import { toXState } from '../export/to-xstate.ts'
import { diffWorkflows } from '../diff/diff.ts'
import { proposeStateMap } from '../diff/state-map.ts'
import {
  describeDiagnostics,
  describeDiff,
  describePaths,
  describeSimulation,
  describeTests,
} from './describe.ts'
import { paths } from './paths.ts'
import { simulate } from './simulate.ts'
import { runTests } from './workflow-tests.ts'

export const USAGE = `Usage: npm run -s workflow -- <command> FILE … [--json]

  check FILE                      what is wrong with a workflow
  simulate FILE SCRIPT.json       what it does when this happens
  paths FILE                      shortest scripts to every state and transition
  test FILE TESTS.json            whether its recorded tests hold
  diff OLD.json NEW.json          what changed, and where running contacts would go on
  export FILE --to FORMAT         as xstate, scxml or mermaid

Exit code: 0 clean, 1 errors or failed tests, 2 unusable input; diff: 0, or 2.`

/** 0 clean, 1 diagnostics with errors or failed tests, 2 unusable input. */
export interface CommandOutcome {
  code: 0 | 1 | 2
  text: string
}

export interface CommandCall {
  command: keyof typeof COMMANDS
  /** File names in the order that the command reads them. */
  files: string[]
  to: string | null
  json: boolean
}

interface Work {
  document: Json
  second: Json
  call: CommandCall
}

/** What a command answers: as JSON, and in lines for people. */
interface Answer {
  code: 0 | 1 | 2
  json: unknown
  text: string
}

const EXPORTS: Record<string, (document: unknown) => Exported> = {
  xstate: toXState,
  scxml: toScxml,
  mermaid: toMermaid,
}

const COMMANDS = {
  check: { files: ['FILE'], run: check },
  simulate: { files: ['FILE', 'SCRIPT.json'], run: play },
  paths: { files: ['FILE'], run: findPaths },
  test: { files: ['FILE', 'TESTS.json'], run: test },
  diff: { files: ['OLD.json', 'NEW.json'], run: compare },
  export: { files: ['FILE'], run: write },
} as const satisfies Record<string, { files: string[]; run: (work: Work) => Answer }>

/** Reads the words after `npm run -s workflow --`; a string says why they are no call. */
export function parseCall(words: readonly string[]): CommandCall | string {
  const json = words.includes('--json')
  const rest = words.filter((word) => word !== '--json')
  const at = rest.findIndex((word) => word === '--to' || word.startsWith('--to='))
  const option = at < 0 ? [] : rest.splice(at, rest[at] === '--to' ? 2 : 1)
  const to = at < 0 ? null : (option[1] ?? option[0]?.split('=')[1] ?? '')
  const [name, ...files] = rest
  if (name === undefined) return USAGE
  if (!isCommand(name)) return `There is no command "${name}".\n\n${USAGE}`
  const unknown = files.find((word) => word.startsWith('--'))
  if (unknown !== undefined) return `There is no option "${unknown}".\n\n${USAGE}`
  const wanted: readonly string[] = COMMANDS[name].files
  if (files.length !== wanted.length) return `Write: ${name} ${wanted.join(' ')}\n\n${USAGE}`
  if (name === 'export' && !Object.hasOwn(EXPORTS, to ?? '')) {
    return `Say the format: export FILE --to ${Object.keys(EXPORTS).join('|')}`
  }
  return { command: name, files, to, json }
}

/**
 * Does what a call asks.
 * @param texts the contents of `call.files`, in that order
 */
export function runCall(call: CommandCall, texts: readonly string[]): CommandOutcome {
  const values: Json[] = []
  for (const [index, text] of texts.entries()) {
    const parsed = readJson(text)
    if ('problem' in parsed) {
      return { code: 2, text: `${call.files[index]} is not JSON: ${parsed.problem}` }
    }
    values.push(parsed.value)
  }
  const [document = null, second = null] = values
  if (!isJsonObject(document)) {
    return { code: 2, text: `${call.files[0]} is not a workflow: it holds no JSON object` }
  }
  const answer = COMMANDS[call.command].run({ document, second, call })
  const raw = call.command === 'export' && answer.code === 0 && !call.json
  const text = call.json ? JSON.stringify(answer.json, null, 2) : answer.text
  return { code: answer.code, text: raw ? text.trimEnd() : text }
}

function check({ document }: Work): Answer {
  const { diagnostics } = compile(document)
  const ok = isClean(diagnostics)
  const text = diagnostics.length === 0 ? 'No problems found.' : describeDiagnostics(diagnostics)
  return { code: ok ? 0 : 1, json: { ok, diagnostics }, text }
}

function play({ document, second, call }: Work): Answer {
  const { script, ...options } = Array.isArray(second)
    ? { script: second }
    : isJsonObject(second)
      ? second
      : { script: second }
  const result = simulate(document, script, options)
  if (!isClean(result.diagnostics)) return failedCheck(result.diagnostics, result)
  const [first] = result.problems
  if (first?.code === 'SCRIPT_INVALID') {
    const place = first.index === null ? '' : ` (entry ${first.index + 1})`
    return {
      code: 2,
      json: result,
      text: `${call.files[1]} is not a script: ${first.message.en}${place}`,
    }
  }
  return { code: first ? 1 : 0, json: result, text: describeSimulation(result) }
}

function findPaths({ document }: Work): Answer {
  const result = paths(document)
  if (!isClean(result.diagnostics)) return failedCheck(result.diagnostics, result)
  return { code: 0, json: result, text: describePaths(result) }
}

function test({ document, second, call }: Work): Answer {
  const tests = isJsonObject(second) && 'tests' in second ? second['tests'] : second
  const readable = WorkflowTestsSchema.safeParse(tests)
  if (!readable.success) {
    const [issue] = readable.error.issues
    const detail = `${issue?.path.map(String).join('.')}: ${issue?.message}`
    const text = `${call.files[1]} is not a list of tests: ${detail}`
    return { code: 2, json: { error: text }, text }
  }
  const { diagnostics } = compile(document)
  const outcomes = runTests(document, tests)
  const json = { diagnostics, tests: outcomes }
  if (!isClean(diagnostics)) return failedCheck(diagnostics, json)
  const passed = outcomes.every((outcome) => outcome.passed)
  return { code: passed ? 0 : 1, json, text: describeTests(outcomes) }
}

/** Differences are no fault: only what cannot be compared has an exit code of its own. */
function compare({ document, second, call }: Work): Answer {
  const changes = diffWorkflows(document, second)
  if (!changes) {
    const isFirst = diffWorkflows(document, document) === null
    const text = `${call.files[isFirst ? 0 : 1]} is not a workflow that can be read`
    return { code: 2, json: { error: text }, text }
  }
  const stateMap = proposeStateMap(document, second)
  return { code: 0, json: { changes, stateMap }, text: describeDiff(changes, stateMap) }
}

function write({ document, call }: Work): Answer {
  const { diagnostics, text } = EXPORTS[call.to ?? '']?.(document) ?? {
    diagnostics: [],
    text: null,
  }
  const json = { format: call.to, diagnostics, text }
  return text === null ? failedCheck(diagnostics, json) : { code: 0, json, text }
}

function failedCheck(diagnostics: Diagnostic[], json: unknown): Answer {
  return { code: 1, json, text: describeDiagnostics(diagnostics) }
}

function isCommand(name: string): name is CommandCall['command'] {
  return Object.hasOwn(COMMANDS, name)
}

function readJson(text: string): { value: Json } | { problem: string } {
  try {
    return { value: JSON.parse(text.replace(/^\ufeff/, '')) as Json }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
