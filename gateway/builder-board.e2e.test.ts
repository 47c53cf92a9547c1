// The drawing under the pointer, in a real Chromium: choosing, lining up, putting into and out of, copying, finding.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { type Desk, openDesk, soon } from './testing/editor-desk.ts'
import { choose, goTo, insert, writeJson } from './testing/editor-keys.ts'
import { besideOf, between, drag, dragState, drawAround, place } from './testing/editor-pointer.ts'
import type { Visit } from './testing/visit.ts'

const browser = await launchBrowser()
const pause = (id: string, more: object = {}) => ({ id, type: 'delay', duration: 'P1D', ...more })

describe.runIf(browser !== null)('the board', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk(browser!)
  })
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  const nodesOf = async (id: string) => (await desk.drafted(id)).nodes
  const nodeOf = async (id: string, nodeId: string) =>
    (await nodesOf(id)).find((node) => node.id === nodeId)
  const idsOf = async (id: string) => (await nodesOf(id)).map((node) => node.id)
  const positionsOf = async (id: string) => (await desk.drafted(id)).layout?.positions ?? {}

  async function draw(id: string, nodes: object[], layout?: object): Promise<Visit> {
    await desk.put({ id, nodes, ...(layout && { layout }) })
    return desk.visitAt(`/workflows/${id}/edit`)
  }

  /** Leaves, with what went wrong on the page. */
  async function done(visit: Visit): Promise<string[]> {
    await visit.close()
    return visit.problems
  }

  it('takes the pointer: from the palette, into a group, and from a way out to the end', async () => {
    const visit = await draw('wf_ponteiro', [])
    const { page } = visit
    await place(page, 'group', await onGround(page, 160, 300))
    await page.locator('[data-node="grupo"]').waitFor()
    await place(page, 'delay', await onGround(page, 500, 420))
    await page.locator('[data-node="espera"]').waitFor()
    await dragState(page, 'espera', '[data-node="grupo"]')
    await soon(() => nodeOf('wf_ponteiro', 'espera')).toMatchObject({ parent: 'grupo' })
    await choose(page, 'espera')
    await drag(page, '[data-of="espera"][data-outlet="next"]', '[data-node="$end"]')
    await soon(() => nodeOf('wf_ponteiro', 'espera')).toMatchObject({ next: null })
    await page.getByRole('button', { name: 'Organizar tudo' }).click()
    await soon(() => positionsOf('wf_ponteiro')).toEqual({})
    expect(await done(visit)).toEqual([])
  })

  it('chooses several with a rectangle, lines them up, doubles them, and takes all of it back', async () => {
    const positions = { a: { x: 8, y: 120 }, b: { x: 72, y: 240 }, c: { x: 32, y: 480 } }
    const visit = await draw('wf_mesa', [pause('a'), pause('b'), pause('c')], { positions })
    const { page } = visit
    await drawAround(page, ['a', 'b', 'c'])
    const bar = page.getByRole('toolbar', { name: 'Organizar a seleção' })
    await bar.getByText('3 estados selecionados').waitFor()
    await bar.getByRole('button', { name: 'Alinhar à esquerda' }).click()
    await soon(async () => Object.values(await positionsOf('wf_mesa')).map(({ x }) => x)).toEqual([
      8, 8, 8,
    ])
    await bar.getByRole('button', { name: 'Distribuir na vertical' }).click()
    await soon(async () => (await positionsOf('wf_mesa'))['b']?.y).toBe(300)
    await bar.getByRole('button', { name: 'Duplicar' }).click()
    await soon(async () => (await idsOf('wf_mesa')).length).toBe(6)
    const doubled = await desk.drafted('wf_mesa')

    const undo = page.getByRole('button', { name: /^Desfazer/ })
    for (let steps = 3; steps > 0; steps -= 1) await undo.click()
    await soon(() => positionsOf('wf_mesa')).toEqual(positions)
    expect(await idsOf('wf_mesa')).toEqual(['a', 'b', 'c'])
    const redo = page.getByRole('button', { name: /^Refazer/ })
    for (let steps = 3; steps > 0; steps -= 1) await redo.click()
    await soon(() => desk.drafted('wf_mesa')).toEqual(doubled)
    expect(await done(visit)).toEqual([])
  })

  it('copies states of one workflow into another', async () => {
    const message = {
      id: 'oi',
      type: 'whatsapp.send_text',
      text: 'Oi {{name}}',
      purpose: 'service',
    }
    await desk.put({ id: 'wf_destino', nodes: [pause('antes')] })
    const visit = await draw('wf_origem', [message, pause('um_dia')])
    const { page } = visit
    await choose(page, 'oi')
    await page.locator('[data-node="um_dia"]').click({ modifiers: ['Shift'] })
    await page.keyboard.press('Control+c')
    await page.goto(`${desk.line.demo.baseUrl}/workflows/wf_destino/edit/antes`)
    await choose(page, 'antes')
    await page.keyboard.press('Control+v')
    await soon(() => nodesOf('wf_destino')).toMatchObject([
      { id: 'antes' },
      { id: 'oi', text: 'Oi {{name}}' },
      { id: 'um_dia', duration: 'P1D' },
    ])
    // The same once more finds names of its own.
    await page.keyboard.press('Control+v')
    await soon(async () => new Set(await idsOf('wf_destino')).size).toBe(5)
    expect(await idsOf('wf_origem')).toEqual(['oi', 'um_dia'])
    expect(await done(visit)).toEqual([])
  })

  it('moves a state out of a group, and onto a way between two others', async () => {
    const visit = await draw('wf_grupo', [
      { id: 'caixa', type: 'group' },
      pause('dentro', { parent: 'caixa' }),
      pause('fica', { parent: 'caixa' }),
      pause('depois'),
      pause('fim'),
    ])
    const { page } = visit
    const aside = await besideOf(page, 'caixa', 120)
    await dragState(page, 'dentro', aside)
    await soon(async () => (await nodeOf('wf_grupo', 'dentro'))?.parent).toBeUndefined()
    await dragState(page, 'dentro', await between(page, 'depois', 'fim'))
    await soon(() => idsOf('wf_grupo')).toEqual(['caixa', 'fica', 'depois', 'dentro', 'fim'])
    // In the line it lies where the layout puts it.
    await soon(() => positionsOf('wf_grupo')).toEqual({})
    expect(await done(visit)).toEqual([])
  })

  it('draws paths side by side, a group that is remembered, and what answers at any moment', async () => {
    const visit = await draw('wf_formas', [
      { id: 'lado_a_lado', type: 'parallel' },
      { id: 'um', type: 'group', parent: 'lado_a_lado' },
      pause('pausa_um', { parent: 'um' }),
      { id: 'dois', type: 'group', parent: 'lado_a_lado' },
      pause('pausa_dois', { parent: 'dois' }),
      { id: 'volta', type: 'goto', to: 'um', history: 'deep' },
    ])
    const { page } = visit
    await page.locator('.state-frame.of-parallel').waitFor()
    expect(await page.locator('.state-frame.of-group').count()).toBe(2)
    await page.locator('[data-node="volta"] .state-history', { hasText: 'H*' }).waitFor()

    await choose(page, 'um')
    await page.keyboard.press('Shift+g')
    await page
      .getByText(/Um caminho do paralelo é sempre um grupo/)
      .first()
      .waitFor()

    // What is put into a parallel gets a path of its own.
    await place(page, 'delay', await edgeOf(page, '.state-frame.of-parallel'))
    await soon(() => nodeOf('wf_formas', 'espera')).toMatchObject({ parent: 'caminho' })
    expect(await nodeOf('wf_formas', 'caminho')).toMatchObject({ parent: 'lado_a_lado' })
    await soon(() => page.locator('.state-frame.of-group').count()).toBe(3)

    await goTo(page, 'lead captado', '$trigger')
    await insert(page, 'interrup', 'atalho')
    await writeJson(page, { type: 'interrupt', words: ['ajuda'] })
    await insert(page, 'texto no whatsapp', 'texto', 'dentro')
    await page.locator('.state-frame.of-interrupt .frame-flag').waitFor()
    await soon(() => nodeOf('wf_formas', 'texto')).toMatchObject({ parent: 'atalho' })
    expect(await done(visit)).toEqual([])
  })

  it('finds a state in a large drawing, and moves on its small map', async () => {
    const states = Array.from({ length: 40 }, (_, n) => pause(`p${n}`, { label: `Pausa ${n}` }))
    const visit = await draw('wf_grande', states)
    const { page } = visit
    const state = page.locator('[data-node="p38"]')
    expect(await isSeen(page, 'p38')).toBe(false)
    await choose(page, '$trigger')
    await goTo(page, 'Pausa 38', 'p38')
    await soon(() => isSeen(page, 'p38'), 'in view').toBe(true)
    expect(await state.getAttribute('aria-pressed')).toBe('true')

    await page.locator('.canvas-map').click({ position: { x: 100, y: 12 } })
    await soon(() => isSeen(page, 'p38'), 'out of view').toBe(false)
    await soon(() => isSeen(page, 'p1'), 'in view').toBe(true)
    expect(await done(visit)).toEqual([])
  })
})

type Page = Visit['page']

/** A place of the drawing as it was opened. */
async function onGround(page: Page, x: number, y: number) {
  const box = await page.locator('.vue-flow__pane').boundingBox()
  return { x: box!.x + x, y: box!.y + y }
}

/** A place inside a frame where no state lies. */
async function edgeOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`nothing is drawn at ${selector}`)
  return { x: box.x + 8, y: box.y + box.height - 8 }
}

async function isSeen(page: Page, id: string): Promise<boolean> {
  const box = await page.locator(`[data-node="${id}"]`).boundingBox()
  return box !== null && box.y > 0 && box.y + box.height < 900
}
