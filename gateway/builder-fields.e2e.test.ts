// Fields and problems in a real Chromium: what is offered while somebody types, what is counted, what is said beside the
// very field, and the way from a problem to its place and to its fix.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { type Desk, openDesk, soon } from './testing/editor-desk.ts'
import { choose, goToField, isFocused, toBoard } from './testing/editor-keys.ts'

const browser = await launchBrowser()

describe.runIf(browser !== null)('fields and problems', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk(browser!)
  })
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  const nodeOf = async (id: string, nodeId: string) =>
    (await desk.drafted(id)).nodes.find((node) => node.id === nodeId)

  it('offers what is known at a state, and marks what may be missing there', async () => {
    await desk.put({ id: 'wf_campos', nodes: CONVERSATION })
    const visit = await desk.visitAt('/workflows/wf_campos/edit/resposta')
    const { page } = visit
    await choose(page, 'resposta')
    await goToField(page, 'Texto')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('De {{ vars.')
    const list = page.getByRole('listbox')
    await list.getByRole('option', { name: /vars\.cidade/ }).waitFor()
    await list.getByRole('option', { name: /vars\.bairro.*pode faltar/ }).waitFor()
    await page.keyboard.type('cid')
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await page.keyboard.type(', certo?')
    await soon(() => nodeOf('wf_campos', 'resposta')).toMatchObject({
      text: 'De {{ vars.cidade }}, certo?',
    })
    await page.keyboard.type(' {{ vars.bairro }}')
    await problemAt(page, '.text', /"bairro" pode estar vazio aqui/)
    await toBoard(page)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('counts what WhatsApp takes, and says beside the field what is too much', async () => {
    await desk.put({ id: 'wf_limites', nodes: [BUTTONS] })
    const visit = await desk.visitAt('/workflows/wf_limites/edit/botoes')
    const { page } = visit
    const title = page.locator('[data-field=".buttons[0].title"]')
    await title.locator('input').fill('Quero falar agora')
    await title.getByText('17/20').waitFor()
    expect(await page.locator('[data-node="botoes"].faulty').count()).toBe(0)
    await title.locator('input').press('End')
    await page.keyboard.type(' mesmo!')
    await title.locator('.field-count.is-over', { hasText: '24/20' }).waitFor()
    await problemAt(page, '.buttons[0].title', /limite|20/)
    await page.locator('[data-node="botoes"].faulty').waitFor()
    for (let left = 4; left > 0; left -= 1) await page.keyboard.press('Backspace')
    await title.locator('.field-problems').waitFor({ state: 'detached' })
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('leads from a problem to its way, its state and its field, and fixes it with one click', async () => {
    await desk.put({ id: 'wf_achados', nodes: FAULTY })
    const visit = await desk.visitAt('/workflows/wf_achados/edit?panel=problems')
    const { page } = visit
    const row = (code: string) => page.locator('.problem-row', { hasText: code })
    await row('VARIABLE_MAYBE_EMPTY').hover()
    // The way that shows it, and not the one on which all is well.
    for (const id of ['pede', 'demora', 'fala']) {
      await page.locator(`[data-node="${id}"].traced`).waitFor()
    }
    expect(await page.locator('[data-node="guarda"].traced').count()).toBe(0)
    await row('VARIABLE_MAYBE_EMPTY').locator('[data-problem]').click()
    await page.locator('[data-node="fala"].selected').waitFor()
    await soon(() => isFocused(page, '[data-field=".text"] textarea'), 'its field').toBe(true)

    await row('FAILURE_UNHANDLED').locator('[data-problem]').click()
    await soon(() => isFocused(page, '[data-field=".onError"] *'), 'the way out').toBe(true)
    await row('FAILURE_UNHANDLED')
      .getByText(/“Se falhar”/)
      .waitFor()
    const inForm = page.locator('.form-body .field-problems li', { hasText: / falhar, / })
    await soon(() => inForm.first().innerText(), 'a name, no id').toMatch(/^Se “[^”"]+” falhar/)

    await row('NODE_UNREACHABLE').getByRole('button', { name: 'Corrigir', exact: true }).click()
    await soon(() => nodeOf('wf_achados', 'sobra')).toBeUndefined()
    await page.keyboard.press('Control+z')
    await soon(() => nodeOf('wf_achados', 'sobra')).toBeDefined()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('gives a state another name, and its recorded tests follow it, also back', async () => {
    await desk.put({ id: 'wf_nomes', nodes: CONVERSATION })
    const script = [{ message: 'Recife' }]
    const tests = [{ name: 'Recife', script, expect: { states: ['resposta'], status: 'done' } }]
    const path = '/api/workflows/wf_nomes/tests'
    expect((await desk.line.call('PUT', path, tests)).status).toBe(200)
    const states = async () => {
      type Kept = { items: { test: { expect: { states: string[] } } }[] }
      const { body } = await desk.line.call<Kept>('GET', path)
      return body.items.flatMap(({ test }) => test.expect.states)
    }
    const visit = await desk.visitAt('/workflows/wf_nomes/edit/resposta')
    const { page } = visit
    await page.locator('[data-node-id]').fill('confirma')
    await page.keyboard.press('Enter')
    await page.locator('[data-node="confirma"]').waitFor()
    await soon(states).toEqual(['confirma'])
    await page.getByRole('button', { name: /^Desfazer/ }).click()
    await soon(states).toEqual(['resposta'])
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  const problemAt = (page: Page, path: string, words: RegExp) =>
    page.locator(`[data-field="${path}"] .field-problems li`, { hasText: words }).first().waitFor()
})

const CONVERSATION = [
  { id: 'cidade', type: 'ask', text: 'De que cidade você fala?', as: 'cidade', purpose: 'service' },
  {
    id: 'capital',
    type: 'if',
    condition: { value: '$.vars.cidade', op: 'equals', to: 'Recife' },
    then: 'guarda',
    else: 'resposta',
  },
  { id: 'guarda', type: 'set.variable', set: { bairro: 'Boa Vista' } },
  { id: 'resposta', type: 'whatsapp.send_text', text: 'Certo', purpose: 'service' },
]

const BUTTONS = {
  id: 'botoes',
  type: 'whatsapp.send_buttons',
  body: 'Como podemos ajudar?',
  buttons: [{ id: 'falar', title: 'Falar' }],
  purpose: 'service',
}

const FAULTY = [
  {
    id: 'pede',
    type: 'wait.for.event',
    event: 'message.received.whatsapp',
    timeout: 'P1D',
    next: 'guarda',
    timeoutNext: 'demora',
  },
  { id: 'guarda', type: 'set.variable', set: { assunto: '$.pede.text' }, next: 'fala' },
  { id: 'demora', type: 'tag.add', tags: ['demorou'], next: 'fala' },
  {
    id: 'fala',
    type: 'whatsapp.send_text',
    text: 'Sobre {{ vars.assunto }}',
    purpose: 'service',
    next: null,
  },
  { id: 'sobra', type: 'tag.add', tags: ['sobra'], next: null },
]
