// Workflows on their way out and in, in a real Chromium: files in every form, the gallery, a draft by prompt.

import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { DEMO, type Desk, openDesk, soon } from './testing/editor-desk.ts'

const browser = await launchBrowser()

describe.runIf(browser !== null)('workflows that leave and come', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk(browser!)
  })
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  const inList = (page: Page, dialog: string) =>
    page.goto(`${desk.line.demo.baseUrl}/workflows?dialog=${dialog}`)

  /** The id of the workflow whose editor has opened. */
  async function opened(page: Page): Promise<string> {
    await page.waitForURL(/\/workflows\/wf_[^/]+\/edit/)
    await page.locator('[data-node="$trigger"]').waitFor()
    return /\/workflows\/(wf_[^/]+)\/edit/.exec(page.url())?.[1] ?? ''
  }

  it('leaves in five forms, and comes back from its JSON and from its signed bundle as it was', async () => {
    const visit = await desk.visitAt(`/workflows/${DEMO}/edit`)
    const { page } = visit
    const draft = await desk.drafted(DEMO)
    await page.getByRole('button', { name: 'Mais ações' }).click()
    await page.getByRole('menuitem', { name: 'Exportar' }).click()
    const files = new Map<string, string>()
    for (const [form, sign] of [
      ['JSON', '"id": "espera_compra"'],
      ['XState', 'createMachine'],
      ['SCXML', '<scxml'],
      ['Mermaid', 'stateDiagram-v2'],
      ['Pacote assinado', '"signature"'],
    ] as const) {
      await page.getByRole('dialog').getByText(form, { exact: true }).click()
      await page.getByRole('dialog').locator('pre', { hasText: sign }).waitFor()
      files.set(form, await download(page))
    }
    expect(JSON.parse(files.get('JSON') ?? '')).toEqual(draft)

    for (const [form, note] of [
      ['JSON', 'Sem assinatura'],
      ['Pacote assinado', 'Assinado por esta empresa'],
    ] as const) {
      await inList(page, 'import')
      await bring(page, files.get(form) ?? '')
      const dialog = page.getByRole('dialog')
      await dialog.getByText(note).waitFor()
      await dialog.getByLabel('Nome aqui').fill(`De ${form}`)
      const accept = dialog.getByText('Li o aviso e quero importar assim mesmo')
      if (form === 'JSON') await accept.click()
      await dialog.getByRole('button', { name: 'Importar', exact: true }).click()
      const { id, name, trigger, nodes } = await desk.drafted(await opened(page))
      expect({ name, isOther: id !== DEMO }).toEqual({ name: `De ${form}`, isOther: true })
      expect({ trigger, nodes }).toEqual({ trigger: draft['trigger'], nodes: draft.nodes })
    }

    await inList(page, 'import')
    await bring(page, (files.get('Pacote assinado') ?? '').replace('"P2D"', '"P3D"'))
    await page.getByRole('dialog').getByText('Assinatura quebrada').waitFor()
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('begins with an example of the gallery, its tests included', async () => {
    const visit = await desk.visitAt(`/workflows/${DEMO}/edit`)
    const { page } = visit
    await inList(page, 'new')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Da galeria').click()
    await dialog.getByLabel('Buscar na galeria').fill('carrinho')
    await dialog.locator('.gallery-card', { hasText: 'Carrinho abandonado' }).click()
    await dialog.getByRole('button', { name: 'Criar fluxo' }).click()
    const id = await opened(page)
    await page.locator('[data-node="recuperacao"]').waitFor()
    expect(await desk.drafted(id)).toMatchObject({ name: 'Carrinho abandonado' })
    const tests = await desk.line.call<{ items: unknown[] }>('GET', `/api/workflows/${id}/tests`)
    expect(tests.body.items).toHaveLength(15)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('is drafted by a wish: nothing changes before the difference was seen and applied', async () => {
    await desk.put({ id: 'wf_pedido', nodes: [{ id: 'marca', type: 'tag.add', tags: ['a'] }] })
    const visit = await desk.visitAt('/workflows/wf_pedido/edit')
    const { page } = visit
    const ids = async () => (await desk.drafted('wf_pedido')).nodes.map(({ id }) => id)
    await page.getByRole('button', { name: 'Mais ações' }).click()
    await page.getByRole('menuitem', { name: 'Propor com IA' }).click()
    const dialog = page.getByRole('dialog', { name: 'Pedir um rascunho' })
    await dialog.getByLabel('O que o fluxo deve fazer?').fill('Depois de um dia chama uma pessoa')
    await dialog.getByRole('button', { name: 'Pedir' }).click()
    const changes = dialog.locator('section', { hasText: 'O que muda' })
    await changes
      .getByText(/Esperar um dia/)
      .first()
      .waitFor()
    await changes
      .getByText(/Chamar uma pessoa/)
      .first()
      .waitFor()
    expect(await ids()).toEqual(['marca'])
    await dialog.getByRole('button', { name: 'Aplicar' }).click()
    await soon(ids).toEqual(['marca', 'espera', 'atende'])
    await page.locator('[data-node="atende"]').waitFor()
    await page.getByRole('button', { name: /^Desfazer/ }).click()
    await soon(ids).toEqual(['marca'])
    expect(visit.problems).toEqual([])
    await visit.close()
  })
})

async function download(page: Page): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Baixar' }).click(),
  ])
  return readFile(await file.path(), 'utf8')
}

async function bring(page: Page, text: string): Promise<void> {
  await page
    .getByRole('dialog')
    .locator('input[type=file]')
    .setInputFiles({
      name: 'fluxo.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    })
}
