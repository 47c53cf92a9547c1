// The one live socket of the app as composables: follow a topic while a component is on the page, show its state.

import { useSelector } from '@xstate/vue'
import { onScopeDispose, watch } from 'vue'
import { createActor } from 'xstate'
import type { Ref } from 'vue'
import type { ServerMessage } from '#machines/contracts/live.ts'
import { injectNeeded } from '../state/inject.ts'
import type { NeededKey } from '../state/inject.ts'
import { takeLiveTicket } from './endpoints.ts'
import { createLiveMachine } from './live.ts'
import type { LiveActor } from './live.ts'

export const liveKey: NeededKey<LiveActor> = Symbol('live')

/** The socket of this browser tab; off until it is told to start. */
export function createBrowserLive(): LiveActor {
  const machine = createLiveMachine({
    takeTicket: async () => (await takeLiveTicket()).ticket,
    openSocket: (ticket) => {
      const url = new URL(`/live?ticket=${encodeURIComponent(ticket)}`, location.href)
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
      return new WebSocket(url)
    },
    heartbeat: 20_000,
    random: Math.random,
    backoff: { first: 500, longest: 15_000 },
  })
  const live = createActor(machine)
  window.addEventListener('online', () => live.send({ type: 'wake' }))
  return live.start()
}

export type LiveStatus = 'off' | 'refused' | 'connecting' | 'open' | 'waiting'

export interface LiveReport {
  status: LiveStatus
  /** Failed attempts in a row. */
  attempt: number
  /** Milliseconds between the last failure and the next attempt. */
  pause: number
}

export function useLiveStatus() {
  const live = injectNeeded(liveKey)
  return useSelector(
    live,
    ({ value, context: { attempt, pause } }): LiveReport => ({
      status: typeof value === 'object' ? value.on : value,
      attempt,
      pause,
    }),
    (a, b) => a.status === b.status && a.attempt === b.attempt,
  )
}

/** Follows the topic for as long as the calling component lives; null follows nothing. */
export function useTopic(topic: Ref<string | null>, hear: (message: ServerMessage) => void): void {
  const live = injectNeeded(liveKey)
  const heard = live.on('message', ({ message }) => {
    if ('topic' in message && message.topic === topic.value) hear(message)
  })
  watch(
    topic,
    (now, before) => {
      if (before) live.send({ type: 'unfollow', topic: before })
      if (now) live.send({ type: 'follow', topic: now })
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    heard.unsubscribe()
    if (topic.value) live.send({ type: 'unfollow', topic: topic.value })
  })
}
