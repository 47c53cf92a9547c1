// The live feed of the runtime in memory: the state at once, and people who have a workflow open.

import type { ActorView } from '#machines/contracts/api.ts'
import type { Editor, ServerMessage } from '#machines/contracts/live.ts'
import type { LiveListener, Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'

const AT = new Date(0).toISOString()

export interface MemoryLive {
  /** @throws {FluxoError} RESOURCE_NOT_FOUND; a view for contacts */
  demand: (actor: Actor, kind: string, id: string) => ActorView | null
  followers: () => Map<string, Set<LiveListener>>
  gate: () => Promise<void> | null
}

export function createLive({ demand, followers, gate }: MemoryLive): Runtime['live'] {
  const people = new Map<string, Editor & { topic: string }>()
  const editorsOf = (topic: string): ServerMessage => ({
    type: 'workflow.editors',
    topic,
    workflowId: topic.replace('editors:', ''),
    people: [...people.values()]
      .filter((one) => one.topic === topic)
      .map(({ topic: _topic, ...editor }) => editor),
  })
  const tell = (topic: string): void => {
    for (const listener of followers().get(topic) ?? []) listener(editorsOf(topic))
  }
  return {
    follow: async (actor, topic, listener) => {
      await gate()
      const [kind = '', id = ''] = topic.split(':')
      const view = demand(actor, kind, id)
      if (view) listener({ type: 'contact.stepped', topic, contactId: id, actor: view })
      else if (kind === 'editors') listener(editorsOf(topic))
      else {
        const counts = { workflowId: id, versionId: null, states: {}, at: AT }
        listener({ type: 'workflow.counts', topic, ...counts })
      }
      const listeners = followers().get(topic) ?? new Set()
      followers().set(topic, listeners.add(listener))
      return () => void listeners.delete(listener)
    },
    here: ({ userId }, { connectionId, name, workflowId, nodeId, typing }) => {
      const topic = `editors:${workflowId}`
      people.set(connectionId, { connectionId, userId, name, nodeId, typing, since: AT, topic })
      tell(topic)
    },
    gone: (_actor, connectionId) => {
      const { topic } = people.get(connectionId) ?? {}
      people.delete(connectionId)
      if (topic !== undefined) tell(topic)
    },
  }
}
