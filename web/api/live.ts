// The live socket as a machine: ticket, connect, follow topics, heartbeat, back off with jitter, resume.
// Resuming is subscribing again: the gateway answers a subscription with the full state.

import { assign, enqueueActions, setup } from 'xstate'
import type { ActorRefFrom } from 'xstate'
import type { ClientMessage, ServerMessage } from '#machines/contracts/live.ts'
import { createSocketLogic } from './live-socket.ts'
import type { SocketDeps, SocketReport } from './live-socket.ts'

export interface LiveDeps extends SocketDeps {
  /** A number in [0, 1), for jitter. */
  random: () => number
  /** Milliseconds: first pause, and the longest one. */
  backoff: { first: number; longest: number }
}

export type LiveEvent =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'wake' }
  | { type: 'follow'; topic: string }
  | { type: 'unfollow'; topic: string }
  /** Heard while the line is open; otherwise nobody is told, now or later. */
  | { type: 'say'; message: ClientMessage }
  | SocketReport

export interface LiveContext {
  /** How many parts of the page follow each topic. */
  topics: Record<string, number>
  /** Failed attempts since the socket was last open. */
  attempt: number
  /** Length of the pause before the next attempt, in milliseconds. */
  pause: number
}

export type LiveEmitted = { type: 'message'; message: ServerMessage }

/** Full jitter between half and the whole of an exponential pause. */
export function backoffPause(attempt: number, { random, backoff }: LiveDeps): number {
  const ceiling = Math.min(backoff.longest, backoff.first * 2 ** Math.max(0, attempt - 1))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}

function withTopic(topics: Record<string, number>, topic: string, by: 1 | -1) {
  const count = (topics[topic] ?? 0) + by
  const next = { ...topics, [topic]: count }
  if (count <= 0) delete next[topic]
  return next
}

function setupLive(deps: LiveDeps) {
  return setup({
    types: {
      context: {} as LiveContext,
      events: {} as LiveEvent,
      emitted: {} as LiveEmitted,
    },
    actors: { socket: createSocketLogic(deps) },
    delays: { pause: ({ context }) => context.pause },
    actions: {
      count: assign(({ context: { topics }, event }) => {
        if (event.type === 'follow') return { topics: withTopic(topics, event.topic, 1) }
        if (event.type === 'unfollow') return { topics: withTopic(topics, event.topic, -1) }
        return {}
      }),
      planPause: assign(({ context }) => {
        const attempt = context.attempt + 1
        return { attempt, pause: backoffPause(attempt, deps) }
      }),
      resubscribe: enqueueActions(({ context, enqueue }) => {
        for (const topic of Object.keys(context.topics)) {
          enqueue.sendTo('socket', { type: 'send', message: { subscribe: topic } })
        }
      }),
      /** Asking again for a topic that is followed already brings its full state once more. */
      subscribe: enqueueActions(({ event, enqueue }) => {
        if (event.type !== 'follow') return
        enqueue.sendTo('socket', { type: 'send', message: { subscribe: event.topic } })
      }),
      unsubscribe: enqueueActions(({ context, event, enqueue }) => {
        if (event.type !== 'unfollow' || context.topics[event.topic] !== undefined) return
        enqueue.sendTo('socket', { type: 'send', message: { unsubscribe: event.topic } })
      }),
      say: enqueueActions(({ event, enqueue }) => {
        if (event.type === 'say') enqueue.sendTo('socket', { type: 'send', message: event.message })
      }),
      handOn: enqueueActions(({ event, enqueue }) => {
        if (event.type !== 'socket.said') return
        enqueue.emit({ type: 'message', message: event.message })
      }),
    },
  })
}

export function createLiveMachine(deps: LiveDeps) {
  return setupLive(deps).createMachine({
    id: 'live',
    context: { topics: {}, attempt: 0, pause: 0 },
    initial: 'off',
    on: { follow: { actions: 'count' }, unfollow: { actions: 'count' } },
    states: {
      off: { on: { start: 'on' } },
      /** The gateway said that nobody is signed in; trying again would not help. */
      refused: { on: { start: 'on', stop: 'off' } },
      waiting: {
        after: { pause: 'on' },
        on: { wake: 'on', stop: 'off' },
      },
      on: {
        invoke: { src: 'socket', id: 'socket' },
        on: {
          stop: 'off',
          'socket.refused': 'refused',
          'socket.closed': { target: 'waiting', actions: 'planPause' },
        },
        initial: 'connecting',
        states: {
          connecting: { on: { 'socket.opened': 'open' } },
          open: {
            entry: [assign({ attempt: 0 }), 'resubscribe'],
            on: {
              'socket.said': { actions: 'handOn' },
              follow: { actions: ['count', 'subscribe'] },
              unfollow: { actions: ['count', 'unsubscribe'] },
              say: { actions: 'say' },
            },
          },
        },
      },
    },
  })
}

export type LiveActor = ActorRefFrom<ReturnType<typeof createLiveMachine>>
