// Node `subflow`: runs another workflow for the same contact and goes on with what it gives back.

import { z } from 'zod'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import { compileValue } from '../expression/value.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort, type Port } from './node-kind.ts'
import { VariableNameSchema } from './value-types.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('subflow'),
  workflow: z.string().regex(/^wf_[0-9A-Za-z_-]{1,100}$/),
  /** The one version to run; left out: the one that is published when the run gets here. */
  version: z
    .string()
    .regex(/^ver_[0-9A-Za-z_-]{1,100}$/)
    .optional(),
  input: z.record(VariableNameSchema, JsonSchema).optional(),
  /** Variable that keeps what comes back; it is the node's result too. */
  as: VariableNameSchema.optional(),
  timeout: DurationSchema.optional(),
  timeoutNext: z.string().nullable().optional(),
})
  .strict()
  .refine((node) => node.timeout !== undefined || node.timeoutNext === undefined, {
    message: 'timeoutNext needs timeout',
    path: ['timeout'],
  })
type Node = z.infer<typeof Schema>

export const subflow = defineNodeKind<Node>({
  type: 'subflow',
  description: { 'pt-BR': 'Executa outro fluxo e volta', en: 'Runs another workflow and returns' },
  icon: 'workflow',
  schema: Schema,
  form: [
    { field: 'workflow', control: 'text', label: { 'pt-BR': 'Fluxo', en: 'Workflow' } },
    { field: 'input', control: 'mapping', label: { 'pt-BR': 'Entrada', en: 'Input' } },
    { field: 'as', control: 'text', label: { 'pt-BR': 'Guardar em', en: 'Keep as' } },
    { field: 'timeout', control: 'duration', label: { 'pt-BR': 'Prazo', en: 'Time-out' } },
  ],
  needs: () => ({}),
  ports,
  lower: ({ as, timeout }) => ({
    shape: 'effect',
    ...(as !== undefined && { as }),
    ...(timeout !== undefined && { after: { port: 'timeout' } }),
  }),
  behave: ({ workflow, version, input, timeout }) => {
    const values = compileValue(input ?? {})
    return {
      command: (scope) => ({
        kind: 'subflow.start',
        workflowId: workflow,
        versionId: version ?? null,
        input: values(scope) as Record<string, never>,
      }),
      ...(timeout !== undefined && {
        delay: (now: string, zone: string) => millisecondsUntil(timeout, now, zone),
      }),
    }
  },
  expressions: ({ input }) => expressionsIn(input ?? {}, '.input'),
  summarize: ({ workflow }) => workflow,
})

function ports(node: Node): Port[] {
  const around = [nextPort(node), ...errorPort(node)]
  if (node.timeout === undefined) return around
  const { timeout, timeoutNext } = node
  return [...around, { name: 'timeout', label: timeout, target: timeoutNext, path: '.timeoutNext' }]
}
