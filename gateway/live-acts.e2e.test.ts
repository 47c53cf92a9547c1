// A workflow seen live in a real Chromium against the whole line: counts follow the leads, acts on all contacts of a state
// say their numbers first, what can be taken back is, and an earlier hour shows the counts of then.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { hasEnded, isIn, type Line, startLine } from './testing/line.ts'
import { createPast } from './testing/pages/past.ts'
import { publishWorkflow } from './testing/publish.ts'
import { noToast, openSigned, type Signed } from './testing/signed-visit.ts'
import { axeOn } from './testing/visit.ts'

const WEB_DIST = process.env['WEB_DIST'] ?? join(import.meta.dirname, '..', 'web', 'dist')
const ID = 'wf_ao_vivo'
const CALL = 'espera_ligacao'
const TEAM = 'com_a_equipe'

const wait = (id: string, label: string, event: string, next: string | null) => ({
  id,
  type: 'wait.for.event',
  label,
  event,
  timeout: 'P9D',
  next,
  timeoutNext: null,
})
const DOCUMENT = {
  id: ID,
  name: 'Ligar de volta',
  trigger: { type: 'lead.captured', filter: { source: ['aovivo'] } },
  nodes: [
    wait(CALL, 'Esperar a ligação', 'call.made', TEAM),
    wait(TEAM, 'Com a equipe', 'deal.closed', null),
  ],
}
const PEOPLE = [
  ['Ana', '+5511955550001'],
  ['Bruno', '+5511955550002'],
  ['Clara', '+5511955550003'],
] as const

const browser = await launchBrowser()

describe.runIf(browser !== null)('a workflow seen live', () => {
  let line: Line
  const ids = new Map<string, string>()
  beforeAll(async () => {
    line = await startLine({ webDist: WEB_DIST })
    await publishWorkflow(line, DOCUMENT)
  })
  afterAll(async () => {
    await browser?.close()
    await line.close()
  })

  const open = (path: string): Promise<Signed> =>
    openSigned(browser!, line, { path, theme: 'light' })
  const idOf = (name: string): string => ids.get(name) ?? ''
  async function arrive([name, phone]: readonly [string, string]): Promise<void> {
    await line.lead({ event_id: `l-${phone}`, source: 'aovivo', name, phone_e164: phone })
    const { id } = await line.findContact(phone)
    ids.set(name, id)
    await line.until(id, isIn(CALL))
  }

  it('counts contacts in their states while they come and move, without being asked', async () => {
    const visit = await open(`/workflows/${ID}`)
    const { page } = visit
    await state(page, CALL).waitFor()
    for (const [index, person] of PEOPLE.entries()) {
      await arrive(person)
      await counts(page, { [CALL]: index + 1 })
    }
    const [, [, phone]] = PEOPLE
    await line.event({ event_id: 'l-call', type: 'call.made', phone, payload: {} })
    await counts(page, { [CALL]: 2, [TEAM]: 1 })
    await state(page, TEAM).click()
    await page.getByRole('link', { name: /Bruno/ }).waitFor()
    await state(page, CALL).click()
    await page.getByRole('link', { name: /Ana/ }).waitFor()
    await page.getByRole('link', { name: /Clara/ }).waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('sends a message to those who may be written to, and says of the others why not, before and after', async () => {
    const [[, silent], , [, phone]] = PEOPLE
    await line.write(silent, 'parar')
    await line.until(idOf('Ana'), ({ optOuts }) => optOuts?.['whatsapp'] !== undefined)
    const visit = await open(`/workflows/${ID}/states/${CALL}`)
    const { page } = visit
    const dialog = await act(page, 'Enviar mensagem')
    await dialog.getByLabel('Texto', { exact: true }).fill('Ligamos hoje, {{name}}!')
    await dialog.getByText('para 1 contato').waitFor()
    await dialog.getByText('1 fica de fora').waitFor()
    await dialog.getByText(/a pessoa pediu para não receber mensagens/).waitFor()
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Aviso da equipe')
    await dialog.getByRole('button', { name: 'Enviar a 1' }).click()
    const row = done(page, 'Enviar mensagem')
    await row.getByText(/feito para 1 contato · 1 ficou de fora/).waitFor()
    await row.getByText('“Aviso da equipe”').waitFor()
    const messages = await line.messages(phone, 1)
    expect(messages.map(({ text }) => text)).toEqual(['Ligamos hoje, Clara!'])
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('moves all of them and takes it back, for those who have not moved on', async () => {
    const visit = await open(`/workflows/${ID}/states/${CALL}`)
    const { page } = visit
    await counts(page, { [CALL]: 2, [TEAM]: 1 })
    const dialog = await act(page, 'Mover para outro estado')
    await dialog.getByLabel('Estado de destino').selectOption({ label: 'Com a equipe' })
    await dialog.getByText('para 2 contatos').waitFor()
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Campanha encerrada')
    await dialog.getByRole('button', { name: 'Mover 2' }).click()
    await counts(page, { [CALL]: 0, [TEAM]: 3 })
    const row = done(page, 'Mover para outro estado')
    await row.getByText(/feito para 2/).waitFor()
    const [[, phone]] = PEOPLE
    await line.event({ event_id: 'l-deal', type: 'deal.closed', phone, payload: {} })
    await line.until(idOf('Ana'), hasEnded('done'))
    await row.getByRole('button', { name: 'Desfazer' }).click()
    await dialog.getByText(/Volta para onde estava, com o mesmo prazo/).waitFor()
    await noToast(page)
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Foi engano')
    await dialog.getByRole('button', { name: 'Desfazer' }).click()
    await row.getByText(/1 ficou de fora · desfeito para 1/).waitFor()
    await row.getByText(/o fluxo já tinha terminado/).waitFor()
    await counts(page, { [CALL]: 1, [TEAM]: 1 })
    await page.getByRole('link', { name: /Clara/ }).click()
    await page.getByText('Desfez a intervenção · “Foi engano”').waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('gives the list as a file, says how many are ended and ends them', async () => {
    const visit = await open(`/workflows/${ID}/states/${TEAM}`)
    const { page } = visit
    const downloading = page.waitForEvent('download')
    await menu(page, 'Exportar CSV (1)')
    const file = await downloading
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(`${idOf('Bruno')},Bruno,${PEOPLE[1][1]}`)
    const dialog = await act(page, 'Encerrar o fluxo')
    await dialog.getByText('para 1 contato').waitFor()
    await noToast(page)
    expect(await axeOn(page)).toEqual([])
    await dialog.getByLabel('Motivo').fill('Pediu para parar')
    await dialog.getByRole('button', { name: 'Encerrar 1' }).click()
    await done(page, 'Encerrar o fluxo')
      .getByText(/feito para 1/)
      .waitFor()
    await counts(page, { [TEAM]: 0 })
    // What is over stays over.
    expect(await page.getByRole('button', { name: 'Desfazer' }).count()).toBe(0)
    expect((await line.view(idOf('Bruno'))).runs[0]?.status).toBe('stopped')
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('shows an earlier hour on the time slider, by its address too', async () => {
    await arrive(['Davi', '+5511955550004'])
    const db = new pg.Client({ connectionString: line.databaseUrl })
    await db.connect()
    try {
      const moveBack = await createPast(db)
      await moveBack(idOf('Clara'), '3 hours')
      await db.query("update workflow_versions set published_at = published_at - interval '2 days'")
    } finally {
      await db.end()
    }
    const visit = await open(`/workflows/${ID}`)
    const { page } = visit
    await counts(page, { [CALL]: 2 })
    const slider = page.getByRole('slider', { name: 'Ver uma hora que passou' })
    await slider.focus()
    // Two hours, by quarters.
    for (let n = 0; n < 8; n += 1) await page.keyboard.press('ArrowLeft')
    await page.getByText(/Como estava:/).waitFor()
    await page.getByText('Estes números são do passado; ações estão desligadas.').waitFor()
    await counts(page, { [CALL]: 1 })
    expect(await axeOn(page)).toEqual([])
    await page.waitForURL((url) => url.searchParams.has('at'))
    const { pathname, search } = new URL(page.url())
    const other = await open(pathname + search)
    await counts(other.page, { [CALL]: 1 })
    await other.close()
    await page.getByRole('button', { name: 'Voltar ao agora' }).first().click()
    await counts(page, { [CALL]: 2 })
    expect(visit.problems).toEqual([])
    await visit.close()
  })
})

const state = (page: Page, id: string): Locator => page.locator(`[data-node="${id}"]`)

/** What the drawing says of its states, in the end. */
async function counts(page: Page, wanted: Record<string, number>): Promise<void> {
  for (const [id, count] of Object.entries(wanted)) {
    const words = count === 0 ? /nenhum contato/ : new RegExp(`${count} contatos?\\D*${count}$`)
    await expect
      .poll(() => state(page, id).textContent(), { timeout: 20_000, message: id })
      .toMatch(words)
  }
}

async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Agir sobre estes contatos' }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

async function act(page: Page, item: string): Promise<Locator> {
  await menu(page, item)
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  return dialog
}

/** The act as the panel of its state tells of it. */
const done = (page: Page, title: string): Locator =>
  page.locator('section li', { hasText: title }).first()
