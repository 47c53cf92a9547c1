// Answering as a contact: in the simulator, where the draft is played beside its drawing, and on the sandbox's phone, where
// what is published really runs.

import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { type Desk, openDesk } from './testing/editor-desk.ts'
import { choose } from './testing/editor-keys.ts'
import { axeOn } from './testing/visit.ts'

const browser = await launchBrowser()
const says = (id: string, text: string, more: object = {}) => ({
  id,
  type: 'whatsapp.send_text',
  purpose: 'service',
  text,
  ...more,
})
const hears = (id: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event: 'message.received.whatsapp',
  ...more,
})

/** Asks the model, waits for a purchase, hands over to a person, and writes to those who say nothing. */
const TALK = {
  id: 'wf_conversa',
  name: 'Conversa',
  trigger: { type: 'lead.captured' },
  nodes: [
    says('oi', 'Oi, {{name}}! O que você procura?'),
    hears('ouve', { timeout: 'P1D', timeoutNext: 'carta' }),
    { id: 'entende', type: 'ai.classify', input: '{{ouve.text}}' },
    {
      id: 'escolha',
      type: 'switch',
      on: '$.entende.intent',
      cases: { interesse_compra: 'pagamento', suporte: 'pessoa', default: 'carta' },
    },
    {
      id: 'pagamento',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'P2D',
      next: 'obrigado',
      timeoutNext: 'carta',
    },
    says('obrigado', 'Obrigado pela compra de {{pagamento.product}}!', { next: 'fim' }),
    { id: 'pessoa', type: 'handoff.human', next: 'fim' },
    {
      id: 'carta',
      type: 'email.send_text',
      purpose: 'service',
      subject: 'Ainda por aqui, {{name}}?',
      text: 'Se precisar de algo, é só responder.',
      next: 'fim',
    },
    { id: 'fim', type: 'end' },
  ],
}

/** On the phone: a template first, as the window is closed, then words, then a question with buttons. */
const PHONE_TALK = {
  id: 'wf_papo',
  name: 'Papo',
  trigger: { type: 'lead.captured', filter: { source: ['papo'] } },
  nodes: [
    {
      id: 'modelo',
      type: 'whatsapp.send_template',
      purpose: 'service',
      template: 'boas_vindas',
      vars: { nome: '{{name}}' },
    },
    hears('ouve', { label: 'Ouvir o que procura', timeout: 'P1D', timeoutNext: null }),
    {
      id: 'pergunta',
      type: 'ask',
      purpose: 'service',
      label: 'Perguntar do catálogo',
      text: 'Quer ver o catálogo de {{ouve.text}}?',
      buttons: [
        { id: 'sim', title: 'Quero ver' },
        { id: 'nao', title: 'Agora não' },
      ],
      as: 'quer',
      timeout: 'P1D',
    },
    says('fecha', 'Combinado: {{quer}}.'),
  ],
}

describe.runIf(browser !== null)('a contact, played by a person', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk(browser!)
    await desk.put(TALK)
  })
  afterAll(async () => {
    await browser?.close()
    await desk.close()
  })

  async function simulate(look: Parameters<Desk['visitAt']>[1]) {
    const visit = await desk.visitAt(`/workflows/${TALK.id}/edit`, look)
    await visit.page.getByRole('button', { name: 'Testar' }).click()
    const panel = visit.page.getByRole('complementary', { name: 'Simulador' })
    await panel.getByText('Oi, Ana Souza! O que você procura?').waitFor()
    return { ...visit, panel }
  }

  it('chats, has the model answer otherwise, steps in as a person, and the chart goes along', async () => {
    const { page, panel, problems, close } = await simulate({ theme: 'light' })
    await isAt(page, 'ouve')
    await say(panel, 'Quero comprar')
    await panel.locator('.phone-bubble.mine', { hasText: 'Quero comprar' }).waitFor()
    await panel.getByText(/^interesse_compra · 100/).waitFor()
    await isAt(page, 'pagamento')
    await hasPassed(page, ['oi', 'ouve', 'entende', 'escolha'])

    await answer(panel, 'suporte')
    await isAt(page, 'pessoa')
    await panel.getByText('O fluxo espera uma pessoa').waitFor()
    expect(await axeOn(page)).toEqual([])
    await giveBack(page, panel)
    await panel.getByText('O fluxo terminou').waitFor()
    await isAt(page, '$end')
    await panel.getByRole('button', { name: 'Desfazer o último passo' }).click()
    await isAt(page, 'pessoa')
    await answer(panel, 'interesse_compra')
    await isAt(page, 'pagamento')

    await act(page, panel, 'Mais', 'Uma pessoa assume a conversa')
    await panel.getByText('Uma pessoa está com a conversa').waitFor()
    await act(page, panel, 'Acontecimento', /compra aprovada · esperado agora/i)
    await panel.getByLabel('Dados (JSON)').fill('{"product": "Vestido", "total": 900}')
    await panel.getByRole('button', { name: 'Fazer acontecer' }).click()
    await panel.getByText('1 acontecimento guardado').waitFor()
    await isAt(page, 'pagamento')
    expect(await panel.getByText('Obrigado pela compra').count()).toBe(0)
    expect(await axeOn(page)).toEqual([])
    await giveBack(page, panel)
    await panel.getByText('Obrigado pela compra de Vestido!').waitFor()
    await isAt(page, '$end')

    // Back through the steps: the phone and the chart show what was then.
    const slider = panel.getByRole('slider', { name: 'Passo mostrado' })
    await slider.focus()
    await page.keyboard.press('Home')
    await panel.getByText('Neste passo').waitFor()
    await isAt(page, 'oi')
    expect(await panel.getByText('Obrigado pela compra').count()).toBe(0)
    await page.keyboard.press('End')
    await isAt(page, '$end')
    expect(problems).toEqual([])
    await close()
  })

  it('lets time pass, reads the letter that comes, answers it, and keeps all of it as a test', async () => {
    const { page, panel, problems, close } = await simulate({ theme: 'dark' })
    await act(page, panel, 'Tempo', /Pular 1 dia/)
    await isAt(page, '$end')
    await panel.getByRole('button', { name: /E-mail/ }).click()
    const mailbox = panel.getByRole('log')
    await mailbox.getByText('Ainda por aqui, Ana Souza?').waitFor()
    await mailbox.getByText('Se precisar de algo, é só responder.').waitFor()
    await panel.getByRole('button', { name: 'Responder' }).click()
    await panel.getByLabel('Mensagem').fill('Obrigada, agora não')
    await panel.getByRole('button', { name: 'Enviar' }).click()
    await mailbox.getByText('Re: Ainda por aqui, Ana Souza?').waitFor()
    expect(await axeOn(page)).toEqual([])

    await panel.getByRole('tab', { name: 'Testes' }).click()
    await panel.getByText('Nenhum teste ainda').waitFor()
    await panel.getByRole('button', { name: 'Salvar como teste' }).click()
    await panel.getByLabel('Nome do teste').fill('Quem some recebe uma carta')
    await panel.getByRole('button', { name: 'Salvar como teste' }).click()
    await panel.getByText('Rascunho: 1 de 1 passam').waitFor()
    await panel.getByText('No servidor: 1 de 1 passam').waitFor()

    // The test is against the draft as it is drawn, at once.
    await choose(page, 'carta')
    await page.keyboard.press('Delete')
    await panel.getByText('Rascunho: 0 de 1 passam').waitFor()
    await panel.getByText('1 falha').first().waitFor()
    await page.keyboard.press('Control+z')
    await panel.getByText('Rascunho: 1 de 1 passam').waitFor()
    await panel.getByRole('button', { name: 'Rodar todos' }).click()
    await panel.getByText('Rascunho: 1 de 1 passam').waitFor()
    // A toast brings helpers of its own for the focus, which the checker takes for a fault.
    await page.locator('li[data-state="open"]').waitFor({ state: 'detached' })
    expect(await axeOn(page)).toEqual([])
    expect(problems).toEqual([])
    await close()
  })

  it('plays with chaos and shows where the outcome changes', async () => {
    const nodes = [says('q1', 'Qual é o seu nome?'), hears('a1'), says('q2', 'E o e-mail?')]
    await desk.put({ id: 'wf_caos', nodes: [...nodes, hears('a2'), says('ok', 'Anotado')] })
    const visit = await desk.visitAt('/workflows/wf_caos/edit?panel=simulator')
    const { page } = visit
    const panel = page.getByRole('complementary', { name: 'Simulador' })
    const talk = panel.getByRole('tab', { name: 'Conversa' })
    const tests = panel.getByRole('tab', { name: 'Testes' })
    await panel.getByText('Qual é o seu nome?').waitFor()
    await tests.click()
    await panel.getByRole('button', { name: 'Testar com caos' }).click()
    await panel.getByText('Nada muda: o fluxo aguenta').waitFor()
    await talk.click()
    await say(panel, 'Ana')
    await isAt(page, 'a2')
    await tests.click()
    await panel.getByRole('button', { name: 'Testar com caos' }).click()
    await panel.getByText(/O desfecho muda quando um acontecimento chega de novo/).waitFor()
    await panel.getByRole('button', { name: 'Ver a simulação perturbada' }).click()
    await panel.getByText('Mostrando com caos: acontecimentos repetidos').waitFor()
    await isAt(page, '$end')
    expect(await axeOn(page)).toEqual([])
    await panel.getByRole('button', { name: 'Voltar à simulação normal' }).click()
    await isAt(page, 'a2')
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('plays the path that shows a problem', async () => {
    const visit = await desk.visitAt(`/workflows/${TALK.id}/edit?panel=problems`)
    const { page } = visit
    const row = page.locator('.problem-row', { hasText: 'FAILURE_UNHANDLED' }).first()
    const play = row.getByRole('button', { name: 'Simular' })
    await play.click()
    const panel = page.getByRole('complementary', { name: 'Simulador' })
    await panel.getByText(/Não chegou:/).waitFor()
    await page.locator('[data-node="oi"].lit.tone-failed').waitFor()
    await panel.getByText(/Falhou em “Texto no WhatsApp”/).waitFor()
    // A draft with errors cannot be played: the list says so.
    await page.getByRole('button', { name: /problema/ }).click()
    await choose(page, 'oi')
    await page.getByLabel('Texto', { exact: true }).fill('')
    await page.locator('.problem-row', { hasText: 'NODE_INVALID' }).waitFor()
    const others = page.locator('.problem-row').getByRole('button', { name: 'Simular' })
    expect(await others.first().isDisabled()).toBe(true)
    await page.getByLabel('Texto', { exact: true }).fill('Oi, {{name}}! O que você procura?')
    await expect.poll(() => others.first().isEnabled()).toBe(true)
    expect(visit.problems).toEqual([])
    await visit.close()
  })

  it('answers on the phone of the sandbox, and the live pages move', async () => {
    await desk.put(PHONE_TALK)
    const published = await desk.line.call('POST', `/api/workflows/${PHONE_TALK.id}/publish`, {})
    expect(published).toMatchObject({ status: 200 })
    const phone = '+5511977770041'
    const visit = await desk.visitAt(`/workflows/${PHONE_TALK.id}`)
    const { page: live, problems } = visit
    const hand = await live.context().newPage()
    const person = await live.context().newPage()
    await hand.goto(`${desk.line.demo.baseUrl}/sandbox?phone=${encodeURIComponent(phone)}`)
    await hand.getByText('Nada nesta conversa').waitFor()

    const lead = { event_id: 'papo-1', source: 'papo', name: 'Nina', phone_e164: phone }
    expect(await desk.line.lead(lead)).toMatchObject({ status: 200 })
    await hand.getByText(/Oi, Nina!/).waitFor()
    await counts(live, 'ouve', 1)
    const { id } = await desk.line.findContact(phone)
    await person.goto(`${desk.line.demo.baseUrl}/contacts/${id}`)
    await person.getByText('Nina espera por').waitFor()
    await person.locator('[data-node="ouve"].lit').waitFor()

    await hand.getByRole('textbox', { name: 'Mensagem' }).fill('vestidos')
    await hand.keyboard.press('Enter')
    await hand.locator('.phone-bubble.mine', { hasText: 'vestidos' }).waitFor()
    await hand.getByText('Quer ver o catálogo de vestidos?').waitFor()
    await counts(live, 'pergunta', 1)
    await counts(live, 'ouve', 0)
    await person.locator('[data-node="pergunta"].lit').waitFor()
    await person.getByText('vestidos').filter({ visible: true }).first().waitFor()

    await hand.getByRole('button', { name: 'Quero ver' }).click()
    await hand.getByText('Combinado: sim.').waitFor()
    await counts(live, '$end', 1)
    await counts(live, 'pergunta', 0)
    await person.locator('[data-node="$end"].lit').waitFor()
    await person.getByText('Combinado: sim.').first().waitFor()
    expect(await axeOn(hand)).toEqual([])
    expect(problems).toEqual([])
    await visit.close()
  })
})

async function isAt(page: Page, id: string): Promise<void> {
  await page.locator(`[data-node="${id}"].lit`).waitFor()
}

async function hasPassed(page: Page, ids: readonly string[]): Promise<void> {
  for (const id of ids) await page.locator(`[data-node="${id}"].walked`).waitFor()
}

/** The number that stands on a state; none where nobody is. */
async function counts(page: Page, id: string, count: number): Promise<void> {
  const number = page.locator(`[data-node="${id}"] .state-count`)
  if (count === 0) await number.waitFor({ state: 'detached' })
  else await number.getByText(String(count), { exact: true }).waitFor()
}

async function say(panel: Locator, text: string): Promise<void> {
  await panel.getByRole('textbox', { name: 'Mensagem' }).fill(text)
  await panel.getByRole('textbox', { name: 'Mensagem' }).press('Enter')
}

/** What the model says instead. */
async function answer(panel: Locator, intent: string): Promise<void> {
  await panel.getByRole('button', { name: 'Mudar o que a IA responde' }).click()
  await panel.getByLabel('Intenção').selectOption(intent)
  await panel.getByRole('button', { name: 'Aplicar' }).click()
  await panel.getByText(new RegExp(`${intent} ·`)).waitFor()
}

async function act(page: Page, panel: Locator, menu: string, item: string | RegExp): Promise<void> {
  await panel.getByRole('button', { name: menu, exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function giveBack(page: Page, panel: Locator): Promise<void> {
  await act(page, panel, 'Devolver', 'De onde estava')
}
