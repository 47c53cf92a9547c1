// Chaos: the same script with duplicates, late results and restarts. A workflow that is sound ends the same.

import type { Simulation } from '../contracts/simulation.ts'
import { compile, type CompiledWorkflow } from '../compile/compile.ts'
import { canonicalJson } from '../compile/hash.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { CHAOS_KINDS, type ChaosKind, disturbanceOf } from './disturbances.ts'
import { parseScript, type ParsedScript } from './script.ts'
import { simulateParsed } from './simulate.ts'

export interface ChaosFinding {
  kind: ChaosKind
  /** Entry of the script from which on the disturbance changes the outcome; null: the start. */
  index: number | null
  /** Step of the undisturbed simulation that this entry begins with. */
  step: number
  message: Localized
}

type ChaosOptions = Record<string, unknown> & { seed?: number; kinds?: readonly ChaosKind[] }

/**
 * Plays a script with chaos and compares what was sent, how it ended and the variables.
 * @param options `{seed?, kinds?}` and those of `simulate`; `kinds` left out: all of them
 * @returns the first difference, or null when there is none or nothing can be played
 */
export function chaos(
  document: unknown,
  script: unknown,
  { seed = 1, kinds = CHAOS_KINDS, ...options }: ChaosOptions = {},
): ChaosFinding | null {
  const { workflow } = compile(document)
  if (!workflow) return null
  try {
    const { parsed } = parseScript(script, options)
    return parsed ? disturb(workflow, parsed, { seed, kinds }) : null
  } catch {
    // Too deep to be read: `simulate` tells what is wrong with it.
    return null
  }
}

function disturb(
  workflow: CompiledWorkflow,
  script: ParsedScript,
  { seed, kinds }: { seed: number; kinds: readonly ChaosKind[] },
): ChaosFinding | null {
  const plain = simulateParsed(workflow, script)
  const expected = outcomeOf(plain)
  const last = script.entries.length - 1
  for (const kind of kinds) {
    const differs = (until: number): boolean => {
      const disturbance = disturbanceOf({ kind, until, seed })
      return outcomeOf(simulateParsed(workflow, script, disturbance)) !== expected
    }
    if (differs(last)) return findingOf(kind, plain, firstWhere(differs, last))
  }
  return null
}

function firstWhere(differs: (until: number) => boolean, last: number): number {
  for (let until = -1; until < last; until += 1) if (differs(until)) return until
  return last
}

/** Messages in any order: what was sent, not which of two parallel paths was faster. */
function outcomeOf({ transcript, final }: Simulation): string {
  const sent = transcript.filter(({ direction }) => direction === 'out').map(({ text }) => text)
  return canonicalJson({ sent: sent.toSorted(), status: final.status, vars: final.vars })
}

function findingOf(kind: ChaosKind, plain: Simulation, until: number): ChaosFinding {
  const index = until < 0 ? null : until
  const step = plain.steps.findIndex((each) => (each.index ?? -1) >= until)
  const [pt, en] = WORDS[kind]
  const place = {
    'pt-BR': index === null ? 'no início' : `no item ${index + 1} do roteiro`,
    en: index === null ? 'at the start' : `at entry ${index + 1} of the script`,
  }
  return {
    kind,
    index,
    step: Math.max(step, 0),
    message: {
      'pt-BR': `O desfecho muda quando ${pt} ${place['pt-BR']}.`,
      en: `The outcome changes when ${en} ${place.en}.`,
    },
  }
}

const WORDS: Record<ChaosKind, readonly [pt: string, en: string]> = {
  restart: ['o sistema reinicia', 'the system restarts'],
  'event twice': ['um acontecimento chega duas vezes seguidas', 'an event comes twice at once'],
  'event again': ['um acontecimento chega de novo', 'an event comes again'],
  'result twice': ['um resultado chega duas vezes', 'a result comes twice'],
  'late results': ['os resultados demoram', 'results are late'],
  'results in another order': ['os resultados vêm em outra ordem', 'results come in another order'],
}
