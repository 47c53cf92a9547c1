// One contact's debugger in a real Chromium against the whole line: why somebody is stuck and what frees them, and the
// instant before a wrong branch.

import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { hasEnded, isIn, type Line, startLine } from './testing/line.ts'
import { publishWorkflow } from './testing/publish.ts'
import { noToast, openSigned, plain, type Signed } from './testing/signed-visit.ts'
import {
  BRANCH,
  CORRECT,
  mended,
  PARTS,
  STUCK,
  UNAGREED,
  UNSURE,
} from './testing/stuck-workflows.ts'
import { axeOn } from './testing/visit.ts'

const WEB_DIST = process.env['WEB_DIST'] ?? join(import.meta.dirname, '..', 'web', 'dist')
/** The person of the demo company. */
const BIA = 'Bia Duarte'

const browser = await launchBrowser()

describe.runIf(browser !== null)('the debugger of one contact', () => {
  let line: Line
  beforeAll(async () => {
    line = await startLine({ webDist: WEB_DIST, uncertainSeconds: 600 })
    for (const document of [STUCK, UNSURE, CORRECT, UNAGREED, PARTS, BRANCH]) {
      await publishWorkflow(line, document)
    }
  })
  afterAll(async () => {
    await browser?.close()
    await line.close()
  })

  /** A lead of the workflow's own source. */
  async function arrive(source: string, name: string, phone: string): Promise<string> {
    await line.lead({ event_id: `d-${phone}`, source, name, phone_e164: phone })
    return (await line.findContact(phone)).id
  }
  const tell = (phone: string, type: string, payload: object = {}, n = 0) =>
    line.event({ event_id: `d-${phone}-${type}-${n}`, type, phone, payload })
  const open = (path: string, language: 'pt-BR' | 'en-US' = 'pt-BR'): Promise<Signed> =>
    openSigned(browser!, line, { path, theme: 'light', language })

  it('says what a contact waits for and what was refused, and a wait that never ends is skipped', async () => {
    const phone = '+5511966660001'
    const id = await arrive('travado', 'Rita', phone)
    await line.until(id, isIn('espera_pagamento'))
    const english = await open(`/contacts/${id}`, 'en-US')
    await says(
      english.page,
      /Rita has been waiting for payment\.confirmed since .+; moves on to “Cobrar” in 29 days .+ if nothing happens\. The last message did not leave: .+has not agreed to messages of this kind/,
    )
    await english.close()
    const visit = await open(`/contacts/${id}`)
    const { page } = visit
    await says(
      page,
      /Rita espera por payment\.confirmed desde .+; segue para “Cobrar” em 29 dias .+ se nada acontecer\. A última mensagem não saiu: Não enviado: a pessoa não autorizou mensagens deste tipo\./,
    )
    await lit(page, 'espera_pagamento').waitFor()

    await page.getByRole('button', { name: 'Pular a espera' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('segue para “Cobrar”').waitFor()
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Pagou na loja')
    await dialog.getByRole('button', { name: 'Pular a espera' }).click()
    await says(page, /Rita espera por order\.closed/)
    await lit(page, 'espera_fim').waitFor()
    await page
      .getByText(/seu carrinho ainda está guardado/)
      .first()
      .waitFor()
    const act = page.locator('.step-row', { hasText: `Intervenção de ${BIA}` })
    await act.getByText('Pulou a espera · “Pagou na loja”').waitFor()

    // How far the message got is one row, on which each of its Steps is reached.
    const told = page.locator('.shared-row', { hasText: 'entregue' }).first()
    await told.getByRole('button', { name: 'entregue', exact: true }).click()
    const { journal } = await line.view(id)
    const { seq } = journal.items.find(
      ({ event, payload }) => event === 'message.status' && payload['status'] === 'delivered',
    )!
    await page.waitForURL((url) => url.searchParams.get('seq') === String(seq))
    await page.locator('.shared-row.chosen .shared-part.chosen', { hasText: 'entregue' }).waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('leads from a send that nobody is sure of to the delivery, where it is sent again, and back', async () => {
    const phone = '+5511966660002'
    await line.script([{ reset: 'after', delayStatuses: 3_600_000 }], { to: phone })
    const id = await arrive('incerto', 'Caio', phone)
    const isUnsure = async () =>
      (await line.view(id)).journal.items.flatMap(({ effects }) => effects)[0]?.status
    await expect.poll(isUnsure, { timeout: 20_000 }).toBe('uncertain')
    const visit = await open(`/contacts/${id}`)
    const { page } = visit
    await says(page, /Caio está em “Boas-vindas” desde .+: não se sabe se o envio foi aceito/)
    await page.getByRole('link', { name: 'Ver em Entregas' }).click()
    await page.waitForURL(`**/deliveries?tab=resting&contact=${id}`)
    await page.locator('[data-row]', { hasText: 'Caio' }).waitFor()
    await page.getByRole('button', { name: 'Decidir' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Enviar de novo').click()
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Disse que não recebeu')
    await dialog.getByRole('button', { name: 'Enviar 1 de novo' }).click()
    await page.getByText('Ninguém em dúvida').waitFor()
    await page.getByRole('link', { name: 'Voltar ao contato' }).click()
    await says(page, /Caio espera por payment\.confirmed/)
    await lit(page, 'espera_pagamento').waitFor()
    await interventions(page)
    const row = page.getByRole('dialog').locator('li', { hasText: 'Mandou enviar de novo' })
    await row.getByText(BIA).waitFor()
    await row.getByText('“Disse que não recebeu”').waitFor()
    expect(await line.messages(phone, 2)).toHaveLength(2)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('tells of a send that was refused; it is sent again, the contact moved on, and moved back', async () => {
    const phone = '+5511966660003'
    await line.script([{ error: 131026 }], { to: phone })
    const id = await arrive('recusado', 'Téo', phone)
    await line.until(id, isIn('espera_correcao'))
    const visit = await open(`/contacts/${id}`)
    const { page } = visit
    await says(
      page,
      /O envio que levou até aqui falhou: A pessoa não pode receber mensagens neste número pelo WhatsApp\./,
    )
    await page.getByRole('link', { name: 'Ver em Entregas' }).click()
    const panel = page.getByRole('complementary', { name: 'Modelo no WhatsApp' })
    await panel.getByText('Não chegou a Téo').waitFor()
    await panel.getByRole('button', { name: 'Reenviar' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Reenviar também para quem já seguiu').click()
    await dialog.getByText('1 será reenviada (1 contato)').waitFor()
    await dialog.getByLabel('Motivo').fill('Número liberado')
    await dialog.getByRole('button', { name: 'Reenviar 1' }).click()
    await panel.getByText('Foi reenviado para Téo').waitFor()
    expect(await line.messages(phone, 1)).toHaveLength(1)
    await panel.getByRole('link', { name: 'Téo' }).click()
    await says(page, /Téo espera por number\.corrected desde .+ se nada acontecer\.$/)
    await page.getByRole('button', { name: 'Mover' }).click()
    await dialog.locator('label', { hasText: 'Esperar o pagamento' }).click()
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('A mensagem chegou')
    await dialog.getByRole('button', { name: 'Mover para “Esperar o pagamento”' }).click()
    await lit(page, 'espera_pagamento').waitFor()
    await page
      .locator('.step-row', { hasText: 'Moveu para outro estado · “A mensagem chegou”' })
      .waitFor()
    // It was too soon, and nothing has followed from it.
    await page.getByRole('button', { name: 'Desfazer' }).click()
    await lit(page, 'espera_correcao').waitFor()
    await says(page, /Téo espera por number\.corrected/)
    const act = page.locator('.step-row', {
      hasText: 'Desfez a intervenção · “Desfeito logo em seguida”',
    })
    await act.getByText(`Intervenção de ${BIA}`).waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('says in both languages why an event cannot be applied, and what waits behind it goes on once it is left out', async () => {
    const phone = '+5511966660004'
    const id = await arrive('partes', 'Davi', phone)
    await line.until(id, isIn('parte_1'))
    for (let n = 1; n <= 5; n += 1) await tell(phone, 'file.part', { data: 'x'.repeat(240_000) }, n)
    await tell(phone, 'file.end')
    await expect
      .poll(async () => (await line.view(id)).mailbox.parked?.code, { timeout: 30_000 })
      .toBe('SNAPSHOT_TOO_LARGE')
    const english = await open(`/contacts/${id}`, 'en-US')
    await says(
      english.page,
      /“file\.part” could not be applied to Davi and is held back: The contact would keep too much data \(more than 1 MiB\)\. 1 more event waits behind it\./,
    )
    await english.close()
    const visit = await open(`/contacts/${id}`)
    const { page } = visit
    await says(
      page,
      /“file\.part” não pôde ser aplicado a Davi e está retido: O contato guardaria dados demais \(mais de 1 MiB\)\. Mais 1 acontecimento espera atrás dele\./,
    )
    await page.getByRole('link', { name: 'Ver em Entregas' }).click()
    const panel = page.getByRole('complementary', { name: 'file.part' })
    await panel.getByText('1 acontecimento deste contato espera atrás deste').waitFor()
    await panel.getByText('Relatado: O contato guardaria dados demais (mais de 1 MiB)').waitFor()
    await panel.getByRole('button', { name: 'Deixar de fora' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Motivo').fill('Arquivo grande demais')
    await noToast(page)
    expect(await axeOn(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Dispensar 1' }).click()
    await panel.getByText('Ficou de fora; Davi seguiu sem isto').waitFor()
    await line.until(id, isIn('conferencia'))
    await panel.getByRole('link', { name: 'Davi' }).click()
    await says(page, /Davi espera por file\.checked/)
    await interventions(page)
    const row = page
      .getByRole('dialog')
      .locator('li', { hasText: 'Dispensou uma entrega que falhou' })
    await row.getByText('“Arquivo grande demais”').waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('begins a run again that failed, once what it failed at is settled', async () => {
    const phone = '+5511966660007'
    const id = await arrive('sem-aceite', 'Caio', phone)
    await line.until(id, hasEnded('failed'))
    const visit = await open(`/contacts/${id}`)
    const { page } = visit
    await says(
      page,
      /O fluxo Oferta da semana falhou para Caio em “Mandar a oferta” .+ não autorizou mensagens deste tipo/,
    )
    await tell(phone, 'consent.granted', { purpose: 'marketing' })
    await page.getByRole('button', { name: 'Recomeçar' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('A versão 1 de “Oferta da semana” começa de novo').waitFor()
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Autorizou por telefone')
    await dialog.getByRole('button', { name: 'Recomeçar' }).click()
    await says(page, /Caio espera por order\.closed/)
    await lit(page, 'espera_fim').waitFor()
    const act = page.locator('.step-row', { hasText: `Intervenção de ${BIA}` })
    await act.getByText('Recomeçou o fluxo · “Autorizou por telefone”').waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('scrubs to the instant before a wrong branch, and the draft that is mended goes the other way', async () => {
    const phone = '+5511966660005'
    const id = await arrive('ramo', 'Nina', phone)
    await line.until(id, isIn('espera_escolha'))
    await tell(phone, 'plan.chosen', { plan: 'premium' })
    const { journal } = await line.until(id, isIn('espera_fim'))
    const wrong = journal.items.find(({ event }) => event === 'plan.chosen')?.seq ?? 0
    const visit = await open(`/contacts/${id}`)
    const { page } = visit
    await lit(page, 'espera_fim').waitFor()
    await page
      .getByText(/seu carrinho ainda está guardado/)
      .first()
      .waitFor()

    // By the keyboard, Step by Step.
    const slider = page.getByRole('slider')
    const total = Number(await slider.getAttribute('max')) - 1
    for (let seq = total; seq >= wrong; seq -= 1) {
      await page.keyboard.press('ArrowLeft')
      await heard(slider, `${seq} de ${total}`)
    }
    await instantOfTheWrongBranch(page)
    await page.waitForURL((url) => url.searchParams.get('seq') === String(wrong))
    await page.keyboard.press('ArrowLeft')
    await instantBefore(page)
    await page.waitForURL((url) => url.searchParams.get('seq') === String(wrong - 1))

    // By the pointer, back and forth.
    await page.getByRole('button', { name: 'Voltar ao agora' }).first().click()
    await lit(page, 'espera_fim').waitFor()
    await drag(page, slider, { from: total + 1, to: wrong - 1, of: total + 1 })
    await heard(slider, `${wrong - 1} de ${total}`)
    await instantBefore(page)
    await page.locator('.step-row', { hasText: 'plan.chosen' }).click()
    await instantOfTheWrongBranch(page)
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL((url) => url.searchParams.get('seq') === String(wrong - 1))

    // Whoever opens the address sees the same.
    const { pathname, search } = new URL(page.url())
    const other = await open(pathname + search)
    await instantBefore(other.page)
    await heard(other.page.getByRole('slider'), `${wrong - 1} de ${total}`)
    expect(await axeOn(other.page)).toEqual([])
    expect(other.problems).toEqual([])
    await other.close()

    expect((await line.call('POST', '/api/workflows', mended(BRANCH))).status).toBe(200)
    await page.getByRole('button', { name: 'Fluxos e ações' }).click()
    await page.getByRole('menuitem', { name: 'Repassar num rascunho' }).click()
    await page
      .getByText(
        'Depois de “Escolher pelo plano”: foi para “Falar do carrinho”, iria para “Dar boas-vindas”.',
      )
      .waitFor()
    const [then, now] = [page.locator('.told-steps').nth(0), page.locator('.told-steps').nth(1)]
    await then.getByText('Escolher pelo plano → Falar do carrinho').waitFor()
    await now.getByText('Escolher pelo plano → Dar boas-vindas').waitFor()
    await now.getByText('Primeira diferença').waitFor()
    expect(await axeOn(page)).toEqual([])
    await page.getByRole('button', { name: 'Voltar ao contato' }).click()
    await instantBefore(page)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  async function says(page: Page, sentence: RegExp): Promise<void> {
    const told = async () => plain((await page.locator('.why-sentence').textContent()) ?? '')
    await expect.poll(told, { timeout: 20_000 }).toMatch(sentence)
  }

  async function interventions(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Fluxos e ações' }).click()
    await page.getByRole('menuitem', { name: 'Intervenções' }).click()
  }
})

/** The state in which the drawing shows the contact. */
const lit = (page: Page, id: string): Locator => page.locator(`[data-node="${id}"].lit`)

async function heard(slider: Locator, words: string): Promise<void> {
  await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe(words)
}

/** The contact waits for the choice; nothing is known of it, and nothing was said of the cart. */
async function instantBefore(page: Page): Promise<void> {
  await lit(page, 'espera_escolha').waitFor()
  expect(await lit(page, 'espera_fim').count()).toBe(0)
  await fresh(page)
  expect(await facts(page).getByText('vars.plano').count()).toBe(0)
  await expect
    .poll(() => borderOf(page, /seu carrinho ainda está guardado/), { timeout: 10_000 })
    .toBe('dashed')
  expect(await borderOf(page, /Oi, Nina!/)).toBe('solid')
}

/** The plan was kept, the message about the cart left, and there the drawing shows the contact. */
async function instantOfTheWrongBranch(page: Page): Promise<void> {
  await lit(page, 'carrinho').waitFor()
  await fresh(page)
  const change = facts(page).locator('li', { hasText: 'vars.plano' })
  await change.getByText('novo').waitFor()
  await change.getByText('premium').waitFor()
  await expect
    .poll(() => borderOf(page, /seu carrinho ainda está guardado/), { timeout: 10_000 })
    .toBe('solid')
}

const facts = (page: Page): Locator => page.getByRole('region', { name: 'Situação e dados' })
const fresh = (page: Page): Promise<void> =>
  page.locator('.contact-facts[aria-busy="false"]').waitFor()

/** What is not said yet has a dashed border. */
const borderOf = (page: Page, words: RegExp): Promise<string> =>
  page
    .locator('.bubble', { hasText: words })
    .first()
    .evaluate((bubble) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(element: unknown): { borderTopStyle: string }
      }
      return getComputedStyle(bubble).borderTopStyle
    })

/** Draws the thumb of a slider from one of its places to another; its first place is 1. */
async function drag(
  page: Page,
  slider: Locator,
  { from, to, of }: { from: number; to: number; of: number },
): Promise<void> {
  const box = (await slider.boundingBox())!
  const THUMB = 14
  const at = (place: number): number =>
    box.x + THUMB / 2 + ((place - 1) / (of - 1)) * (box.width - THUMB)
  const y = box.y + box.height / 2
  await page.mouse.move(at(from), y)
  await page.mouse.down()
  await page.mouse.move(at(to), y, { steps: 20 })
  await page.mouse.up()
}
