// A workflow as the source text of an XState machine: what the compiler made, with delays of today.

import type { CompiledWorkflow } from '../compile/compile.ts'
import { type Exported, exportWith } from './states.ts'

/** Source of a module that exports the machine; expressions are named, not written out. */
export function toXState(document: unknown): Exported {
  return exportWith(document, write)
}

function write({ document, hash, machine }: CompiledWorkflow): string {
  const config = { ...machine.config, context: undefined }
  return [
    `// ${JSON.stringify(document.name)}, version ${hash.slice(0, 12)}. Timers and results are events: provide the`,
    '// actions, guards and delays that the config names to run it.',
    '',
    "import { createMachine } from 'xstate'",
    '',
    `export const machine = createMachine(${JSON.stringify(config, null, 2)})`,
    '',
  ].join('\n')
}
