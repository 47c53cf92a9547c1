// What a workflow would do to one contact: a script played with a virtual clock, without touching the world.

import type { Simulation, SimulationProblem } from '../contracts/simulation.ts'
import { compile, type CompiledWorkflow } from '../compile/compile.ts'
import { type Disturbance, disturbanceOf } from './disturbances.ts'
import { play } from './play.ts'
import { parseScript, type ParsedScript } from './script.ts'
import { finishTrace } from './trace.ts'
import { armedTimers, awaitedTypes, type World } from './world.ts'

/**
 * Simulates a run. Deterministic, and never throws.
 * @param document any JSON; what does not compile gives diagnostics and no steps
 * @param script list of `{at?, skip?, restart?, closeWindow?, takeOver?, event?, message?, giveBack?, result?}`
 * @param options `{start?: {payload, type, source}, contact?, zone?, at?, autoResults?, maxSteps?, trace?, disturbed?}`
 */
export function simulate(document: unknown, script: unknown, options: unknown = {}): Simulation {
  const { diagnostics, workflow } = compile(document)
  if (!workflow) return { ...NOTHING_SIMULATED, diagnostics }
  return { ...simulateCompiled(workflow, script, options), diagnostics }
}

/** Simulates a run of a workflow that was compiled before. */
export function simulateCompiled(
  workflow: CompiledWorkflow,
  script: unknown,
  options: unknown,
): Simulation {
  try {
    const { parsed, problems } = parseScript(script, options)
    return parsed ? simulateParsed(workflow, parsed) : { ...NOTHING_SIMULATED, problems }
  } catch (error) {
    return { ...NOTHING_SIMULATED, problems: [broken(error)] }
  }
}

/** Simulates a checked script, undisturbed or with chaos; left out: as its own options say. */
export function simulateParsed(
  workflow: CompiledWorkflow,
  script: ParsedScript,
  disturbance: Disturbance | undefined = script.options.disturbed &&
    disturbanceOf(script.options.disturbed),
): Simulation {
  return resultOf(play(workflow, script, disturbance))
}

/** The world as the result of a simulation. */
function resultOf(world: World): Simulation {
  const { run, last, steps, effects, transcript, problems, trace } = world
  const context = run?.snapshot.context ?? last?.context
  return {
    diagnostics: [],
    steps,
    effects,
    timers: armedTimers(world),
    transcript,
    final: {
      status: last?.status ?? 'idle',
      states: run ? run.states : last ? [last.to] : [],
      vars: context?.vars ?? {},
      error: last?.error ?? null,
    },
    problems,
    ...(trace && { trace: finishTrace(trace, world, [...awaitedTypes(world)]) }),
  }
}

/** What comes of a document that does not compile. */
export const NOTHING_SIMULATED: Simulation = {
  diagnostics: [],
  steps: [],
  effects: [],
  timers: [],
  transcript: [],
  final: { status: 'idle', states: [], vars: {}, error: null },
  problems: [],
}

function broken(error: unknown): SimulationProblem {
  const detail = error instanceof Error ? error.message : String(error)
  return {
    index: null,
    field: null,
    code: 'SIMULATION_BROKEN',
    message: {
      'pt-BR': `A simulação não pôde continuar: ${detail}`,
      en: `The simulation could not go on: ${detail}`,
    },
  }
}
