// The built web app in a real Chromium against the whole line: a lead arrives, is watched, found and moved on.

import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { hasEnded, isIn, type Line, startLine } from './testing/line.ts'
import { noToast } from './testing/signed-visit.ts'
import { axeOn, openVisit, type Visit } from './testing/visit.ts'

const WEB_DIST = process.env['WEB_DIST'] ?? join(import.meta.dirname, '..', 'web', 'dist')
const WORKFLOW = 'wf_lead_compra'
const WAITING = 'espera_compra'

const browser = await launchBrowser()

describe.runIf(browser !== null)('the web app', () => {
  let line: Line
  let ana: string
  beforeAll(async () => {
    line = await startLine({ webDist: WEB_DIST })
    ana = await arrive('Ana', '+5531999999999')
  })
  afterAll(async () => {
    await browser?.close()
    await line.close()
  })

  async function arrive(name: string, phone: string): Promise<string> {
    await line.lead({ event_id: `b-${phone}`, source: 'instagram', name, phone_e164: phone })
    const { id } = await line.findContact(phone)
    await line.until(id, isIn(WAITING))
    return id
  }

  async function fail(name: string, phone: string): Promise<string> {
    await line.script([{ error: 131026 }], { to: phone })
    // The smallest workflow: nothing in it catches a failure.
    await line.lead({ event_id: `b-${phone}`, source: 'landing', name, phone_e164: phone })
    const { id } = await line.findContact(phone)
    await line.until(id, hasEnded('failed'))
    const path = `/api/dead-letters?contact=${id}`
    const { items } = (await line.call<{ items: { id: string }[] }>('GET', path)).body
    return items[0]?.id ?? ''
  }

  it('shows a lead arriving live, lists who waits, and follows one contact to the end', async () => {
    const visit = await open({ theme: 'light' })
    const { page } = visit
    await signIn(page)
    await page.getByText('Lead do Instagram até a compra').first().click()
    await expectCount(page, 1)
    await arrive('Caio', '+5511977770001')
    await expectCount(page, 2)
    const state = page.locator(`[data-node="${WAITING}"]`)
    // What a part says of itself holds over the base, however the stylesheets are linked.
    const border = `getComputedStyle(document.querySelector('[data-node="${WAITING}"]')).borderTopWidth`
    expect(await page.evaluate(border)).toBe('1px')
    await state.click()
    await page.getByRole('link', { name: /Caio/ }).click()
    await page.getByText(/Caio espera por/).waitFor()
    await line.event({
      event_id: 'b-buy',
      type: 'purchase.approved',
      phone: '+5511977770001',
      payload: { total: 900 },
    })
    await page
      .getByText(/Um brinde vai junto/)
      .first()
      .waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('skips a wait with a reason, and what follows appears by itself', async () => {
    const id = await arrive('Rita', '+5511977770002')
    const visit = await open({ theme: 'dark' })
    const { page } = visit
    await signIn(page, `/contacts/${id}`)
    await page.getByRole('button', { name: 'Pular a espera' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('Cliente pediu por telefone')
    await dialog.getByRole('button', { name: /Pular/ }).click()
    await page
      .getByText(/seu carrinho ainda está guardado/)
      .first()
      .waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('takes a conversation over and gives it back in the state that a person chooses', async () => {
    const phone = '+5511977770003'
    const id = await arrive('Lia', phone)
    const visit = await open({ theme: 'light' })
    const { page } = visit
    await signIn(page, `/contacts/${id}`)
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Assumir conversa' }).click()
    await dialog.getByRole('textbox').fill('Cliente ligou')
    await dialog.getByRole('button', { name: 'Assumir conversa' }).click()
    await page.getByText('Com a equipe').waitFor()
    await page.getByText('Assumiu a conversa · “Cliente ligou”').waitFor()
    await line.event({
      event_id: 'b-kept',
      type: 'purchase.approved',
      phone,
      payload: { total: 9 },
    })
    await page.getByText(/1 acontecimento está guardado/).waitFor()
    await page.getByRole('button', { name: 'Devolver' }).click()
    await dialog.getByText('Em outro estado').click()
    await dialog.locator('[data-node="obrigado_vip"]').waitFor()
    await noToast(page)
    expect(await axeOn(page)).toEqual([])
    await dialog.locator('label', { hasText: 'Agradecer com brinde' }).click()
    await dialog.getByLabel('Motivo').fill('Combinado por telefone')
    await dialog.getByRole('button', { name: 'Devolver' }).click()
    await page
      .getByText(/Um brinde vai junto/)
      .first()
      .waitFor()
    await page.getByText('Com o fluxo').waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('corrects a send that failed, says who would get it, and sends it again', async () => {
    const phone = '+5511977770010'
    const id = await fail('Noa', phone)
    const visit = await open({ theme: 'light' })
    const { page } = visit
    await signIn(page, '/deliveries')
    await page.getByRole('link', { name: /Noa/ }).click()
    const panel = page.getByRole('complementary', { name: 'Modelo no WhatsApp' })
    await panel.getByText('A pessoa não pode receber mensagens do WhatsApp').waitFor()
    await panel.getByRole('button', { name: 'Corrigir' }).click()
    await panel.getByLabel('Dado · nome').fill('x'.repeat(9_000))
    await panel.getByLabel('Motivo').fill('Número certo agora')
    await panel.getByRole('button', { name: 'Guardar correção' }).click()
    await panel.getByText('Este campo não foi aceito').waitFor()
    await panel.getByLabel('Dado · nome').fill('Noa Lima')
    await page.mouse.move(0, 0)
    expect(await axeOn(page)).toEqual([])
    await panel.getByRole('button', { name: 'Guardar correção' }).click()
    await panel.getByRole('button', { name: 'Reenviar' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 será reenviada (1 contato)').waitFor()
    await dialog.getByLabel('Motivo').fill('Número certo agora')
    await noToast(page)
    expect(await axeOn(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Reenviar 1' }).click()
    await panel.getByText('Foi reenviado para Noa').waitFor()
    const [message] = await line.messages(phone, 1)
    expect(message).toMatchObject({ text: expect.stringContaining('Noa Lima'), effectId: id })
    // The bad correction answered 400, which a browser writes down.
    expect(visit.problems.filter((problem) => !/status of 400/.test(problem))).toEqual([])
    await visit.close()
  })

  it('opens a channel by its form, and holds the phone that gets what workflows send', async () => {
    const visit = await open({ theme: 'light' })
    const { page } = visit
    await signIn(page, '/channels')
    await page.getByRole('button', { name: 'Conectar canal' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Telegram').click()
    await dialog.getByLabel('Número do bot').fill('7654321')
    await dialog.getByLabel('Token do bot').fill(`1234567:${'r'.repeat(35)}`)
    await dialog.getByRole('button', { name: 'Conectar canal' }).click()
    await dialog.getByText('Confira este campo').waitFor()
    await dialog.getByLabel('Número do bot').fill('1234567')
    await page.mouse.move(0, 0)
    expect(await axeOn(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Conectar canal' }).click()
    await page.getByRole('heading', { name: '@sandbox_1234567_bot' }).waitFor()
    const id = await arrive('Nina', '+5511977770011')
    await page.goto(`${line.demo.baseUrl}/sandbox?phone=%2B5511977770011`)
    await page.getByText(/Oi, Nina!/).waitFor()
    await page.getByRole('textbox', { name: 'Mensagem' }).fill('Tudo certo por aqui')
    await page.keyboard.press('Enter')
    await page.locator('.phone-bubble.mine', { hasText: 'Tudo certo por aqui' }).waitFor()
    expect(await page.getByRole('link', { name: 'Abrir contato' }).getAttribute('href')).toBe(
      `/contacts/${id}`,
    )
    // The wrong address answered 400, which a browser writes down.
    expect(visit.problems.filter((problem) => !/status of 400/.test(problem))).toEqual([])
    await visit.close()
  })

  it('fixes a problem of the draft, takes the fix back and fixes it again', async () => {
    await changeDraft((nodes) => {
      nodes.push({ id: 'sobra', type: 'whatsapp.send_text', text: 'Sobrou', next: null })
      delete nodes.find(({ id }) => id === 'jornada')?.['onError']
    })
    const visit = await open({ theme: 'light' })
    const { page } = visit
    await signIn(page)
    await page.goto(`${line.demo.baseUrl}/workflows/${WORKFLOW}?panel=problems`)
    await page.waitForURL(`**/workflows/${WORKFLOW}/edit?panel=problems`)
    const row = page.locator('.problem-row', {
      hasText: /“Texto no WhatsApp”.*NODE_UNREACHABLE/s,
    })
    const fix = row.getByRole('button', { name: 'Corrigir', exact: true })
    await fix.click()
    await row.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await row.waitFor()
    await fix.click()
    await row.waitFor({ state: 'detached' })
    await page
      .locator('.problem-row', { hasText: 'Se “Lembrete do carrinho” falhar' })
      .first()
      .hover()
    await page.locator('[data-node="lembrete"].traced').waitFor()
    expect(await page.locator('[data-node="obrigado"].traced').count()).toBe(0)
    await page.keyboard.press('F8')
    await page.locator('.problem-row.kept [data-problem]:focus').waitFor()
    await expect.poll(() => nodesOfDraft()).not.toContain('sobra')
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('publishes with the changes in view, and the contacts under way move along and back', async () => {
    await changeDraft((nodes) => {
      Object.assign(
        nodes.find((node) => node['id'] === WAITING)!,
        { timeout: 'P3D' },
      )
    })
    const visit = await open({ theme: 'dark' })
    const { page } = visit
    await signIn(page)
    await page.goto(`${line.demo.baseUrl}/workflows/${WORKFLOW}`)
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Publicar versão 2' }).click()
    await dialog.getByText(/O prazo mudou de 2 dias para 3 dias/).waitFor()
    await dialog.getByText('Mudam para esta versão').click()
    await dialog.getByText(/contatos? mudam?$/).waitFor()
    await dialog.getByLabel('Motivo').fill('Prazo maior')
    expect(await axeOn(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Publicar versão 2' }).click()
    const versions = page.getByRole('complementary', { name: 'Versões' })
    await versions.getByText('concluída').waitFor()
    await versions.getByText('ninguém nesta versão').waitFor()
    expect(await versionOf(ana)).toBe(2)
    await versions.getByRole('button', { name: 'Desfazer' }).click()
    await dialog.getByRole('textbox').fill('Foi cedo demais')
    await dialog.getByRole('button', { name: 'Desfazer' }).click()
    await versions.getByText('desfeita').waitFor()
    expect(await versionOf(ana)).toBe(1)
    await noToast(page)
    expect(await axeOn(page)).toEqual([])
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  async function changeDraft(change: (nodes: Record<string, unknown>[]) => void): Promise<void> {
    const path = `/api/workflows/${WORKFLOW}`
    type Draft = { definition: { nodes: Record<string, unknown>[] } }
    const { definition } = (await line.call<Draft>('GET', path)).body
    change(definition.nodes)
    expect((await line.call('POST', '/api/workflows', definition)).status).toBe(200)
  }

  async function nodesOfDraft(): Promise<string[]> {
    type Draft = { definition: { nodes: { id: string }[] } }
    const { body } = await line.call<Draft>('GET', `/api/workflows/${WORKFLOW}`)
    return body.definition.nodes.map(({ id }) => id)
  }

  async function versionOf(contactId: string): Promise<number | undefined> {
    const { runs } = await line.view(contactId)
    return runs.find(({ status }) => status === 'active')?.versionNumber
  }

  /** A fresh visitor. */
  const open = (look: { theme: 'light' | 'dark' }): Promise<Visit> =>
    openVisit(browser!, line.demo.baseUrl, look)

  async function signIn(page: Page, path = '/workflows'): Promise<void> {
    await page.goto(`${line.demo.baseUrl}${path}`)
    await page.locator('input[type=email]').fill(line.demo.email)
    await page.locator('input[type=password]').fill(line.demo.password)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${path}`)
  }

  async function expectCount(page: Page, count: number): Promise<void> {
    const words = count === 1 ? '1 contato' : `${count} contatos`
    await page.locator(`[data-node="${WAITING}"]`, { hasText: words }).waitFor()
  }
})
