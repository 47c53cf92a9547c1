// Workflows of any size for what is measured in the browser: every state has two ways out on average, all of them lead on.

const BLOCK = 5
const PLACES_IN_ROW = 12

interface Node {
  id: string
  type: string
  [field: string]: unknown
}

export interface LargeWorkflow {
  id: string
  name: string
  trigger: object
  nodes: Node[]
  layout?: { positions: Record<string, { x: number; y: number }> }
}

/** Of so many states and twice as many ways, without those after failures that nobody caught. */
export function largeWorkflow(id: string, states: number): LargeWorkflow {
  const nodes = Array.from({ length: states }, (_, index) => nodeAt(index, states))
  return { id, name: `${states} estados`, trigger: { type: 'lead.captured' }, nodes }
}

/** The same with every state where a person put it. */
export function placedWorkflow(id: string, states: number): LargeWorkflow {
  const workflow = largeWorkflow(id, states)
  const places = workflow.nodes.map(({ id: nodeId }, index) => {
    const [row, column] = [Math.floor(index / PLACES_IN_ROW), index % PLACES_IN_ROW]
    return [nodeId, { x: column * 304, y: 120 + row * 128 }] as const
  })
  return { ...workflow, layout: { positions: Object.fromEntries(places) } }
}

export const stateId = (index: number): string => `s${String(index + 1).padStart(4, '0')}`
/** A state with a text to type in, about in the middle. */
export const textState = (states: number): string =>
  stateId(Math.floor(states / 2 / BLOCK) * BLOCK + 3)

/** A choice, a wait, several ways by a value, a message, a note; ten ways out of five states. */
function nodeAt(index: number, states: number): Node {
  const id = stateId(index)
  const on = (by: number): string | null => (index + by < states ? stateId(index + by) : null)
  switch (index % BLOCK) {
    case 0: {
      const condition = { value: '$.payload.total', op: 'greaterOrEqual', to: 500 }
      return { id, type: 'if', condition, then: on(1), else: on(3) }
    }
    case 1: {
      const timed = { timeout: 'P2D', timeoutNext: on(2) }
      return { id, type: 'wait.for.event', event: 'purchase.approved', next: on(1), ...timed }
    }
    case 2: {
      const cases = { pix: on(1), boleto: on(2), cartao: on(3), default: on(6) }
      return { id, type: 'switch', on: '$.payload.method', cases }
    }
    case 3:
      return { id, type: 'whatsapp.send_text', text: `Oi! Este é o passo ${index}.`, next: on(1) }
    default:
      return { id, type: 'set.variable', set: { step: index }, next: on(1) }
  }
}
