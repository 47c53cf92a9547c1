// Publishing under contacts who wait, as the builder sees it in Chromium: what changes, who moves, how far that is, where
// everybody is afterwards, and the way back. What cannot be published says why.

import pg from 'pg'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { DEMO, type Desk, openDesk } from './testing/editor-desk.ts'
import { choose, insert, retype, write } from './testing/editor-keys.ts'
import { isIn } from './testing/line.ts'
import { axeOn } from './testing/visit.ts'

const NAMES = ['Ana', 'Bia', 'Caio', 'Duda']
const LATE = 'Eva'
const browser = await launchBrowser()

describe.runIf(browser !== null)('publishing', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk(browser!)
    for (const [index, name] of NAMES.entries()) await arrive(name, index)
    const { id } = await arrive(LATE, NAMES.length)
    const reason = 'Já respondeu por telefone'
    await desk.line.act(id, { action: 'skip_wait', reason })
    await desk.line.until(id, isIn('espera_resposta'))
  })
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  async function arrive(name: string, index: number) {
    const phone = `+55119777700${20 + index}`
    const lead = { event_id: `p-${phone}`, source: 'instagram', name, phone_e164: phone }
    await desk.line.lead(lead)
    const contact = await desk.line.findContact(phone)
    await desk.line.until(contact.id, isIn('espera_compra'))
    return contact
  }

  /** Nobody's run is written down until it is let go of. */
  async function hold(): Promise<() => Promise<void>> {
    const db = new pg.Client({ connectionString: desk.line.databaseUrl })
    await db.connect()
    await db.query('begin; lock table actor_snapshots in share mode')
    return () => db.end()
  }

  it('moves contacts who wait to version 2 under the eyes of who publishes it, and back', async () => {
    const visit = await desk.visitAt(`/workflows/${DEMO}/edit`, { theme: 'light' })
    const { page } = visit
    await changeStates(page)

    await page.getByRole('button', { name: 'Publicar versão 2' }).click()
    const dialog = page.getByRole('dialog', { name: 'Publicar a versão 2' })
    await seesChanges(dialog)
    await dialog.getByText('Os 5 contatos que estão no fluxo terminam na versão').waitFor()
    await dialog.getByText('Mudam para esta versão').click()
    await dialog.getByText('4 contatos mudam').waitFor()
    await dialog.getByText('1 contato fica onde está').waitFor()
    await dialog.getByText('Quem fica').click()
    await dialog.getByRole('link', { name: new RegExp(`${LATE}.*Esperar a resposta`) }).waitFor()
    await dialog.getByLabel('Esperar a resposta').selectOption({ label: 'Esperar a compra' })
    await dialog.getByText('5 contatos mudam').waitFor()
    await dialog.getByText('1 contato fica onde está').waitFor({ state: 'detached' })
    await dialog.getByLabel('Motivo').fill('A espera mudou de nome')
    expect(await axeOn(page)).toEqual([])

    const letGo = await hold()
    await dialog.getByRole('button', { name: 'Publicar versão 2' }).click()
    await dialog.waitFor({ state: 'detached' })
    const versions = page.getByRole('complementary', { name: 'Versões' })
    const move = versions.getByRole('listitem').filter({ hasText: 'Para a versão 2' })
    await move.getByText('em andamento').waitFor()
    await move.getByText('0 de 5').waitFor()
    await letGo()
    await move.getByText('concluída').waitFor()
    await move.getByText('5 mudaram').waitFor()
    await move.getByText('A espera mudou de nome').waitFor()

    await stands(page, { version: 2, state: 'aguarda_compra' })
    await isGone(page, 'espera_compra')
    await seesContact(page)

    await page.goto(`${desk.line.demo.baseUrl}/workflows/${DEMO}?panel=versions`)
    await comparesOnTheChart(page)
    await page.reload()
    await goesBack(page)
    await stands(page, { version: 1, state: 'espera_compra' })
    await isGone(page, 'aguarda_compra')
    // The draft is what was version 2 already.
    await page.getByRole('button', { name: 'Publicar versão 2' }).waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('is refused while there are errors, says why, and leads to them', async () => {
    await desk.put({ id: 'wf_erros', nodes: [text('oi'), text('tchau')] })
    const visit = await desk.visitAt('/workflows/wf_erros/edit', { theme: 'dark' })
    const { page } = visit
    const publish = page.getByRole('button', { name: 'Publicar versão 1' })
    const why = page.locator('.publish-why')
    await retype(page, 'oi', 'Texto', '')
    await why.waitFor({ state: 'attached' })
    expect(await why.isVisible()).toBe(false)
    await publish.hover()
    await why.getByText('Há 1 erro no rascunho: corrija-o para publicar').waitFor()
    await press(publish)
    await page.locator('.problem-row', { hasText: 'NODE_INVALID' }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await axeOn(page)).toEqual([])

    await page.getByText('Salvo').first().waitFor()
    await page.getByRole('link', { name: 'Ao vivo' }).click()
    await page.waitForURL('**/workflows/wf_erros')
    await press(publish)
    await page.waitForURL('**/workflows/wf_erros/edit?panel=problems')

    await retype(page, 'oi', 'Texto', 'Oi de novo')
    await why.waitFor({ state: 'detached' })
    await publish.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('É a primeira versão').waitFor()
    await dialog.getByRole('button', { name: 'Publicar versão 1' }).click()
    await page.getByText('Versão 1 publicada').first().waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('is refused while a recorded test fails, and names it', async () => {
    await desk.put({ id: 'wf_testado', nodes: [text('oi')] })
    const test = { name: 'Diz olá', script: [], expect: { messages: ['Olá'] } }
    const kept = await desk.line.call('PUT', '/api/workflows/wf_testado/tests', [test])
    expect(kept).toMatchObject({ status: 200 })
    const visit = await desk.visitAt('/workflows/wf_testado/edit', { theme: 'light' })
    const { page } = visit
    await page.getByRole('button', { name: 'Publicar versão 1' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 teste falhou: corrija antes de publicar').waitFor()
    await dialog.getByText('Diz olá').waitFor()
    const submit = dialog.getByRole('button', { name: 'Publicar versão 1' })
    expect(await submit.isDisabled()).toBe(true)
    await dialog.getByRole('button', { name: 'Cancelar' }).click()
    await retype(page, 'oi', 'Texto', 'Olá')
    await page.getByRole('button', { name: 'Publicar versão 1' }).click()
    await dialog.getByText('1 teste passou').waitFor()
    expect(await submit.isEnabled()).toBe(true)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  /** One state under another name, one more, and one less. */
  async function changeStates(page: Page): Promise<void> {
    await choose(page, 'espera_compra')
    await page.getByLabel('Identificador').fill('aguarda_compra')
    await page.keyboard.press('Enter')
    await page.locator('[data-node="aguarda_compra"]').waitFor()
    await choose(page, 'boas_vindas')
    await insert(page, 'texto no whatsapp', 'texto')
    await write(page, 'Texto', 'Responda por aqui se tiver dúvida.')
    await choose(page, 'espera_resposta')
    await page.keyboard.press('Delete')
    await page.locator('[data-node="espera_resposta"]').waitFor({ state: 'detached' })
  }

  /** In words and on the drawing. */
  async function seesChanges(dialog: Locator): Promise<void> {
    const said = [
      'O identificador mudou de espera_compra para aguarda_compra',
      'Novo estado, envia um texto pelo WhatsApp',
      'Estado retirado',
    ]
    for (const words of said) {
      await dialog
        .getByRole('listitem')
        .filter({ hasText: new RegExp(words, 'i') })
        .waitFor()
    }
    await sign(dialog, 'aguarda_compra', 'renomeado')
    await sign(dialog, 'texto', 'acrescentado')
    await sign(dialog, 'espera_resposta', 'retirado')
    expect(await dialog.locator('[data-node="obrigado"].changed').count()).toBe(0)
  }

  async function comparesOnTheChart(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Ações da versão 1' }).click()
    await page.getByRole('menuitem', { name: 'Comparar com a publicada' }).click()
    await sign(page, 'espera_resposta', 'retirado')
    await sign(page, 'texto', 'acrescentado')
    const panel = page.getByRole('complementary', { name: 'Versões' })
    await panel.getByRole('button', { name: 'Versões' }).click()
    await isGone(page, 'espera_resposta')
  }

  async function seesContact(page: Page): Promise<void> {
    await page.locator('[data-node="aguarda_compra"]').click()
    const panel = page.getByRole('complementary', { name: 'Esperar a compra' })
    for (const name of [...NAMES, LATE]) await panel.getByRole('link', { name }).waitFor()
    await panel.getByRole('link', { name: LATE }).click()
    await page.getByText(`${LATE} espera por`).waitFor()
    await page.getByRole('button', { name: /versão 2/i }).waitFor()
    await page.locator('[data-node="aguarda_compra"].lit').waitFor()
    await page.getByText('Mudança de versão').first().waitFor()
  }

  async function goesBack(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Ações da versão 1' }).click()
    await page.getByRole('menuitem', { name: 'Voltar a esta versão' }).click()
    const dialog = page.getByRole('dialog', { name: 'Voltar à versão 1' })
    await dialog.getByText(/identificador mudou de aguarda_compra para espera_compra/i).waitFor()
    await sign(dialog, 'espera_resposta', 'acrescentado')
    await sign(dialog, 'texto', 'retirado')
    await dialog.getByText('O rascunho fica como está').waitFor()
    await dialog.getByText('Mudam para esta versão').click()
    await dialog.getByText('5 contatos mudam').waitFor()
    await dialog.getByLabel('Motivo').fill('Foi cedo demais')
    await dialog.getByRole('button', { name: 'Voltar à versão 1' }).click()
    const versions = page.getByRole('complementary', { name: 'Versões' })
    const move = versions.getByRole('listitem').filter({ hasText: 'Para a versão 1' })
    await move.getByText('concluída').waitFor()
  }
})

/** Also where it is marked as one that does not do it now. */
const press = (button: Locator): Promise<void> => button.click({ force: true })

const text = (id: string) => ({ id, type: 'whatsapp.send_text', text: 'Oi' })

/** The drawing says of a state what became of it. */
async function sign(where: Page | Locator, id: string, word: string): Promise<void> {
  await where.locator(`[data-node="${id}"]`).getByText(word).first().waitFor()
}

/** Version and state in which all five are now, on the live page. */
async function stands(page: Page, { version, state }: { version: number; state: string }) {
  const versions = page.getByRole('complementary', { name: 'Versões' })
  const row = (number: number) =>
    versions
      .getByRole('listitem')
      .filter({ hasText: `Versão ${number}` })
      .first()
  await row(version).getByText('publicada').waitFor()
  await row(version).getByText('5 contatos nesta versão').waitFor()
  await row(3 - version)
    .getByText('ninguém nesta versão')
    .waitFor()
  const number = page.locator(`[data-node="${state}"] .state-count`)
  await number.getByText('5', { exact: true }).waitFor()
}

async function isGone(page: Page, id: string): Promise<void> {
  await page.locator(`[data-node="${id}"]`).waitFor({ state: 'detached' })
}
