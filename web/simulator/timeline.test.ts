import { expect, test } from 'vitest'
import { simulate } from '#machines/simulate/simulate.ts'
import { documentOf } from '#machines/testing/document.ts'
import { type Act, withAct } from './acts.ts'
import { emptyPlan, optionsOf } from './plan.ts'
import { actWordsOf, groupsOf } from './timeline.ts'

const document = documentOf([
  { id: 'pausa', type: 'delay', duration: 'P1D' },
  { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' },
])
const acts: Act[] = [
  { do: 'close window' },
  { do: 'skip', span: 'P2D' },
  { do: 'say', text: 'Oi', channel: 'whatsapp' },
]
const plan = acts.reduce(withAct, emptyPlan({ type: 'lead.captured', payload: {} }, 'UTC'))

test('Each act has the steps that it caused, and one that moved nothing has none', () => {
  const groups = groupsOf(plan, simulate(document, plan.entries, optionsOf(plan)))
  expect(groups.map(({ index, steps }) => [index, steps])).toEqual([
    [null, [0]],
    [0, []],
    [1, [1]],
    [2, [2]],
  ])
})

test('Where the first act began the run there is no other beginning', () => {
  const begun = { ...plan, start: null, entries: [{ event: { type: 'lead.captured' } }] }
  const groups = groupsOf(begun, simulate(document, begun.entries, optionsOf(begun)))
  expect(groups.map(({ index }) => index)).toEqual([0])
})

test.each<[Act, string, string]>([
  [{ do: 'say', text: 'Oi', channel: 'telegram' }, 'message', 'Oi'],
  [{ do: 'write letter', subject: 'Dúvida', text: 'x' }, 'letter', 'Dúvida'],
  [{ do: 'tap', kind: 'button', id: 'a', title: 'Sim', description: null }, 'tap', 'Sim'],
  [{ do: 'send place', latitude: 1, longitude: 2, name: 'Praça' }, 'place', 'Praça'],
  [{ do: 'tell event', type: 'tag.added', payload: {} }, 'event', 'tag.added'],
  [{ do: 'skip', span: 'PT5M' }, 'skip', 'PT5M'],
  [{ do: 'close window' }, 'window', ''],
  [{ do: 'restart worker' }, 'restart', ''],
  [{ do: 'take over' }, 'take', ''],
  [{ do: 'give back', to: { mode: 'history' } }, 'back', ''],
  [{ do: 'give back', to: { mode: 'state', nodeId: 'pausa' } }, 'backTo', 'pausa'],
  [{ do: 'give back', to: { mode: 'end' } }, 'backEnd', ''],
])('%j reads as %s', (act, name, detail) => {
  const [entry = null] = withAct({ ...plan, entries: [] }, act).entries
  expect(actWordsOf(entry)).toEqual({ name, detail })
})
