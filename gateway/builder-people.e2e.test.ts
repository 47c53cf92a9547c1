// Several people in one workflow, each in a Chromium of their own: who is where, whose form it is, and what becomes of
// two versions; somebody who may only look; and a draft that outlives its tab.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { type Desk, openDesk, type Person, soon } from './testing/editor-desk.ts'
import { choose } from './testing/editor-keys.ts'
import { dragState } from './testing/editor-pointer.ts'

const WORKFLOW = 'wf_dupla'
const PATH = `/workflows/${WORKFLOW}/edit`
const text = (id: string, words: string) => ({
  id,
  type: 'whatsapp.send_text',
  text: words,
  purpose: 'service',
})

const browser = await launchBrowser()

describe.runIf(browser !== null)('people in one workflow', () => {
  let desk: Desk
  let bia: Person
  let leo: Person
  beforeAll(async () => {
    desk = await openDesk(browser!)
    bia = await desk.hire('Beatriz Souza', 'builder')
    leo = await desk.hire('Leo Reis', 'viewer')
  })
  beforeEach(() => desk.put({ id: WORKFLOW, nodes: [text('oi', 'Oi'), text('tchau', 'Tchau')] }))
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  const open = (nodeId: string, person = desk.owner) =>
    desk.visitAt(`${PATH}/${nodeId}`, { theme: 'light' }, person)
  const textsOf = async (id = WORKFLOW) =>
    (await desk.drafted(id)).nodes.map((node) => node['text'])

  it('lets who may only look see everything and change nothing', async () => {
    const visit = await open('oi', leo)
    const { page } = visit
    await page.getByText('Você pode ver este fluxo, mas não mudá-lo.').waitFor()
    expect(await page.locator('[data-kind]').count()).toBe(0)
    expect(await page.getByRole('button', { name: /^Publicar/ }).count()).toBe(0)
    expect(await fieldOn(page).isDisabled()).toBe(true)
    const before = await placeOf(page, 'oi')
    await dragState(page, 'oi', { x: before.x + 200, y: before.y + 200 })
    await choose(page, 'tchau')
    for (const key of ['Delete', 'g', 'Control+d', 'a']) await page.keyboard.press(key)
    expect(await page.locator('.type-ahead').count()).toBe(0)
    expect(await page.locator('[data-node="tchau"]').isVisible()).toBe(true)
    expect(await placeOf(page, 'oi')).toEqual(before)
    // What can be looked at can be looked at: problems, the simulator, a file of it.
    await page.getByRole('button', { name: 'Mais ações' }).click()
    await page.getByRole('menuitem', { name: 'Exportar' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await textsOf()).toEqual(['Oi', 'Tchau'])
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('shows who is here and whose form it is, and joins what two people write side by side', async () => {
    const [ana, other] = [await open('tchau'), await open('oi', bia)]
    await ana.page.getByRole('button', { name: /1 pessoa aqui/ }).waitFor()
    await other.page.getByRole('button', { name: /1 pessoa aqui/ }).waitFor()
    await append(other.page, ' Ana')
    await ana.page.locator('[data-node="oi"] .state-held', { hasText: 'Beatriz' }).waitFor()
    await choose(ana.page, 'oi')
    await ana.page.getByText('Beatriz Souza está editando este estado agora.').waitFor()
    expect(await fieldOn(ana.page).isDisabled()).toBe(true)
    await choose(ana.page, 'tchau')
    await Promise.all([append(ana.page, ' até logo'), append(other.page, ', tudo bem?')])
    await soon(() => textsOf()).toEqual(['Oi Ana, tudo bem?', 'Tchau até logo'])
    for (const { page } of [ana, other]) {
      await soon(async () => page.getByRole('dialog').count(), 'nobody is asked').toBe(0)
      await soon(() => drawnAs(page, 'tchau'), 'drawn on both pages').toContain('até logo')
    }
    await other.close()
    await soon(() => ana.page.getByRole('button', { name: /pessoa aqui/ }).count()).toBe(0)
    // A save over another one is refused, which a browser writes down, and then joined.
    const problems = [...ana.problems, ...other.problems]
    expect(problems.filter((problem) => !/status of 409/.test(problem))).toEqual([])
    await ana.close()
  })

  it('asks which of two versions goes on, shows both, and keeps the other', async () => {
    const visit = await open('oi', bia)
    const { page } = visit
    await page.context().setOffline(true)
    await append(page, ' de mim')
    const { nodes, ...rest } = await desk.drafted(WORKFLOW)
    const theirs = nodes.map((node) => (node.id === 'oi' ? { ...node, text: 'Oi da Ana' } : node))
    await desk.put({ ...rest, nodes: theirs })
    await page.context().setOffline(false)
    const dialog = page.getByRole('dialog', { name: 'Duas versões deste rascunho' })
    await dialog.waitFor()
    await dialog.getByText('Oi da Ana').first().waitFor()
    await dialog.getByText('Oi de mim').first().waitFor()
    await dialog.getByRole('button', { name: 'Cancelar' }).click()
    await page.getByText(/Nada mais é salvo até você escolher uma/).waitFor()
    expect(await textsOf()).toEqual(['Oi da Ana', 'Tchau'])
    await page.getByRole('button', { name: 'Comparar e escolher' }).click()
    await dialog.getByText('Ficar com a minha').click()
    await dialog.getByRole('button', { name: 'Continuar com esta' }).click()
    await soon(() => textsOf()).toEqual(['Oi de mim', 'Tchau'])
    const { body } = await desk.line.call<{ items: { id: string; name: string }[] }>(
      'GET',
      '/api/workflows',
    )
    const kept = body.items.find(({ name }) => name.startsWith(`${WORKFLOW} (versão de`))
    expect(await textsOf(kept?.id)).toEqual(['Oi da Ana', 'Tchau'])
    await visit.close()
  })

  it('takes back what one did oneself, not what somebody else did meanwhile', async () => {
    const [ana, other] = [await open('tchau'), await open('oi', bia)]
    await append(ana.page, ' até logo')
    await soon(() => textsOf()).toEqual(['Oi', 'Tchau até logo'])
    await soon(() => drawnAs(other.page, 'tchau')).toContain('até logo')
    await append(other.page, ' Ana')
    await soon(() => textsOf()).toEqual(['Oi Ana', 'Tchau até logo'])
    await soon(() => drawnAs(ana.page, 'oi'), 'has come to the other page').toContain('Oi Ana')
    await ana.page.getByRole('button', { name: /^Desfazer/ }).click()
    await soon(() => textsOf()).toEqual(['Oi Ana', 'Tchau'])
    await ana.page.getByRole('button', { name: /^Refazer/ }).click()
    await soon(() => textsOf()).toEqual(['Oi Ana', 'Tchau até logo'])
    expect([...ana.problems, ...other.problems]).toEqual([])
    await Promise.all([ana.close(), other.close()])
  })

  it('keeps what was not saved when the tab is closed', async () => {
    const visit = await open('oi', bia)
    const { page } = visit
    const context = page.context()
    await context.setOffline(true)
    await append(page, ' sem rede')
    await page.getByText('Sem conexão: guardado neste navegador').first().waitFor()
    await page.close()
    await context.setOffline(false)
    const again = await context.newPage()
    await again.goto(`${desk.line.demo.baseUrl}${PATH}/oi`)
    await soon(() => textsOf()).toEqual(['Oi sem rede', 'Tchau'])
    await again.locator('[data-node="oi"]').waitFor()
    expect(await drawnAs(again, 'oi')).toContain('Oi sem rede')
    await visit.close()
  })
})

const fieldOn = (page: Page) => page.locator('.form-body textarea').first()
const drawnAs = (page: Page, id: string) => page.locator(`[data-node="${id}"]`).innerText()

async function placeOf(page: Page, id: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(`[data-node="${id}"]`).boundingBox()
  return { x: box!.x, y: box!.y }
}

/** As somebody types: letter by letter, at the end of the text of the state whose form is open. */
async function append(page: Page, words: string): Promise<void> {
  await fieldOn(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(words)
}
