// What a tenant has around its workflows, for the checks that ask whether it is there.

import type { ChannelKind } from '../contracts/channel.ts'
import type { ValueTypes } from '../nodes/value-types.ts'

export interface KnownTemplate {
  kind: ChannelKind
  name: string
  language: string
  /** Names of its placeholders. */
  variables: readonly string[]
  /** As the provider says it: `APPROVED`, `PENDING`, … */
  status: string
}

export interface KnownWorkflow {
  id: string
  versions: readonly { id: string; number: number }[]
  publishedVersionId: string | null
  /** What its trigger `manual` asks for; null where it says nothing. */
  input: ValueTypes | null
  output: ValueTypes | null
}

export interface Surroundings {
  /** Kinds of channels. */
  channels: ReadonlySet<string>
  templates: readonly KnownTemplate[]
  workflows: readonly KnownWorkflow[]
}
