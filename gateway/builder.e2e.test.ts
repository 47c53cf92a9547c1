// The editor in a real Chromium against the whole line: a workflow is drawn with the keyboard alone, broken, and mended.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chartOf } from '#machines/compile/chart.ts'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { DEMO, type Definition, type Desk, openDesk, soon } from './testing/editor-desk.ts'
import { connect, goTo, insert, retype, tabTo, write, writeJson } from './testing/editor-keys.ts'

const browser = await launchBrowser()

describe.runIf(browser !== null)('the editor', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk(browser!)
  })
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  it('draws the nurture workflow from an empty canvas with the keyboard alone', async () => {
    await desk.put({ id: 'wf_desenho', nodes: [] })
    const visit = await desk.visitAt('/workflows/wf_desenho/edit')
    const { page } = visit
    await page.getByText('Por onde começar?').waitFor()
    await tabTo(page, '[data-node]')

    await insert(page, 'atualizar o contato', 'contato')
    await writeJson(page, {
      type: 'contact.upsert',
      map: { name: '$.payload.name', phone: '$.payload.phone_e164' },
    })
    await insert(page, 'reconhecer a intenção', 'classifica')
    await write(page, 'Texto', 'Intenção do lead: {{name}} perguntou: {{payload.message}}')
    await insert(page, 'escolha por valor', 'escolha')
    await writeJson(page, {
      type: 'switch',
      on: '$.classifica.intent',
      cases: { interesse_compra: null, suporte: null, default: null },
    })

    await insert(page, 'modelo no whatsapp', 'modelo', 'interesse_compra')
    await write(page, 'Modelo', 'boas_vindas')
    await insert(page, 'espera um evento', 'aguarda')
    await write(page, 'Acontecimento', 'purchase.approved')
    await write(page, 'Prazo', '2')
    await insert(page, 'modelo no whatsapp', 'modelo_2', 'ap')
    await write(page, 'Modelo', 'lembrete_carrinho')
    await goTo(page, 'escolha por valor', 'escolha')
    await insert(page, 'texto no whatsapp', 'texto', 'suporte')
    await write(page, 'Texto', 'Encaminhando para suporte…')
    await insert(page, 'passar para uma pessoa', 'atendente')
    await goTo(page, 'escolha por valor', 'escolha')
    await insert(page, 'e-mail por modelo', 'email_modelo', 'outros')
    await write(page, 'Modelo', 'followup_padrao')

    await soon(async () => waysOf(await desk.drafted('wf_desenho'))).toEqual(NURTURE)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('names each of five mistakes while it is made, and forgets it when it is undone', async () => {
    const visit = await desk.visitAt(`/workflows/${DEMO}/edit?panel=problems`, { theme: 'dark' })
    const { page } = visit
    // Whoever looks at the demo for the first time finds it clean.
    await page.getByText('Nada a corrigir').waitFor()

    const mistakes: [name: string, code: string, make: () => Promise<void>][] = [
      ['a text that says nothing', 'NODE_INVALID', () => retype(page, 'responde', 'Texto', '')],
      [
        'a template that nobody has',
        'TEMPLATE_MISSING',
        () => retype(page, 'lembrete', 'Modelo', 'nada'),
      ],
      [
        'a state that nobody gets to',
        'NODE_UNREACHABLE',
        () => connect(page, 'boas_vindas', 'terminar o fluxo'),
      ],
      [
        'a circle without a wait',
        'BOT_TALK_ENDLESS',
        () => connect(page, 'obrigado', 'guardar o valor'),
      ],
      [
        'a value that may be missing',
        'VARIABLE_MAYBE_EMPTY',
        () => retype(page, 'responde', 'Texto', 'Oi {{vars.nada}}'),
      ],
    ]
    for (const [name, code, make] of mistakes) {
      // The whole drawing, which is low while the list is open.
      await page.keyboard.press('0')
      await make()
      await soon(() => problemsOn(page), name).toContainEqual(expect.stringContaining(code))
      await page.keyboard.press('Control+z')
      await soon(() => problemsOn(page), `${name}, undone`).toEqual([])
    }
    expect(visit.problems).toEqual([])
    await visit.close()
  })
})

const NURTURE = [
  '$trigger next contact.upsert',
  'contact.upsert next ai.classify',
  'contact.upsert error $failed',
  'ai.classify next switch',
  'ai.classify error $failed',
  'switch case:interesse_compra boas_vindas',
  'switch case:suporte whatsapp.send_text',
  'switch default followup_padrao',
  'boas_vindas next wait.for.event',
  'boas_vindas error $failed',
  'wait.for.event next $end',
  'wait.for.event timeout lembrete_carrinho',
  'lembrete_carrinho next $end',
  'lembrete_carrinho error $failed',
  'whatsapp.send_text next handoff.human',
  'whatsapp.send_text error $failed',
  'handoff.human next $end',
  'followup_padrao next $end',
  'followup_padrao error $failed',
].toSorted()

/** Every way of a workflow, its states called by their template or their kind. */
function waysOf(definition: Definition): string[] {
  const nameOf = (id: string): string => {
    const node = definition.nodes.find((each) => each.id === id)
    const template = node?.['template']
    return typeof template === 'string' ? template : (node?.type ?? id)
  }
  return chartOf(definition)
    .edges.map(({ from, port, to }) => `${nameOf(from)} ${port} ${nameOf(to)}`)
    .toSorted()
}

const problemsOn = async (page: Page): Promise<string[]> =>
  (await page.locator('.problem-row').allTextContents()).map((text) => text.replaceAll(/\s+/g, ' '))
