// The gallery: workflows that are ready to be used and changed, each with its tests. What they are called and for whom is
// known at once; a document is loaded when somebody chooses it.

import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'

interface Localized {
  'pt-BR': string
  en: string
}

export interface GalleryItem {
  /** Name of the file in `examples/`. */
  id: string
  title: Localized
  text: Localized
  icon: string
  tests: number
}

const item = (
  id: string,
  icon: string,
  tests: number,
  words: readonly [ptBR: string, textPtBR: string, en: string, textEn: string],
): GalleryItem => ({
  id,
  icon,
  tests,
  title: { 'pt-BR': words[0], en: words[2] },
  text: { 'pt-BR': words[1], en: words[3] },
})

export const GALLERY: readonly GalleryItem[] = [
  item('lead-welcome', 'i-lucide-hand', 5, [
    'Boas-vindas',
    'Para quem se cadastra, com um reforço dez minutos depois. O menor exemplo.',
    'Welcome',
    'For whoever signs up, with a nudge ten minutes later. The smallest example.',
  ]),
  item('lead-to-purchase', 'i-lucide-shopping-bag', 10, [
    'Do lead à compra',
    'Do Instagram até a compra, com lembrete do carrinho e um brinde.',
    'From lead to purchase',
    'From Instagram to the purchase, with a cart reminder and a gift.',
  ]),
  item('nurture', 'i-lucide-sprout', 8, [
    'Nutrição de leads',
    'Entende o que o lead quer, acompanha a compra ou chama o suporte.',
    'Lead nurturing',
    'Learns what the lead wants, follows the purchase or calls support.',
  ]),
  item('lead-qualification', 'i-lucide-list-checks', 11, [
    'Qualificação de orçamento',
    'Quatro perguntas, abre o negócio e manda a proposta.',
    'Quote qualification',
    'Four questions, opens the deal and sends the proposal.',
  ]),
  item('cart-recovery', 'i-lucide-shopping-cart', 15, [
    'Carrinho abandonado',
    'Lembrete, ajuda por botões e cupom; a compra encerra tudo.',
    'Abandoned cart',
    'Reminder, help by buttons and a coupon; the purchase ends it all.',
  ]),
  item('billing-reminder', 'i-lucide-receipt', 15, [
    'Lembrete de cobrança',
    'Em dia útil, com Pix ou boleto na conversa, e-mail e financeiro depois.',
    'Payment reminder',
    'On working days, with Pix or slip in the chat, e-mail and finance later.',
  ]),
  item('order-tracking', 'i-lucide-package-search', 12, [
    'Onde está meu pedido?',
    'Pergunta o número, consulta a loja e diz onde está cada item.',
    'Where is my order?',
    'Asks for the number, looks it up and says where each item is.',
  ]),
  item('support-triage', 'i-lucide-life-buoy', 12, [
    'Triagem do atendimento',
    'Com IA: responde o que sabe, pede detalhes quando duvida, chama uma pessoa.',
    'Support triage',
    'With AI: answers what it knows, asks when in doubt, calls a person.',
  ]),
  item('service-menu', 'i-lucide-menu', 12, [
    'Menu do atendimento',
    'MENU, ATENDENTE e HORÁRIO valem a qualquer momento.',
    'Service menu',
    'MENU, AGENT and HOURS work at any moment.',
  ]),
  item('address-by-cep', 'i-lucide-map-pin', 6, [
    'Endereço pelo CEP',
    'Subfluxo: descobre rua, bairro e cidade e devolve o endereço.',
    'Address by postal code',
    'Subflow: finds street, district and city and gives the address back.',
  ]),
  item('appointment', 'i-lucide-calendar-check', 12, [
    'Consulta marcada',
    'Confirmação na véspera, remarcação por botões e lembrete no dia.',
    'Booked appointment',
    'Confirmation on the eve, rebooking by buttons, reminder on the day.',
  ]),
  item('event-invitation', 'i-lucide-ticket', 10, [
    'Convite para evento',
    'WhatsApp e e-mail lado a lado; inscrição, confirmação e véspera.',
    'Event invitation',
    'WhatsApp and e-mail side by side; sign-up, confirmation and the eve.',
  ]),
  item('nps', 'i-lucide-gauge', 12, [
    'Pesquisa de satisfação',
    'Nota de 0 a 10, agradecimento, comentário ou cuidado de uma pessoa.',
    'Satisfaction survey',
    'A score from 0 to 10, thanks, a comment or the care of a person.',
  ]),
  item('reactivation', 'i-lucide-rotate-ccw', 9, [
    'Reativação',
    'Traz de volta quem sumiu: teste A/B, só em horário comercial.',
    'Win-back',
    'Brings back who went quiet: A/B test, in business hours only.',
  ]),
  item('opt-in', 'i-lucide-shield-check', 10, [
    'Dupla confirmação',
    'Da lista de novidades, com o consentimento registrado (LGPD).',
    'Double opt-in',
    'For the newsletter, with the consent on record (LGPD).',
  ]),
]

type Loader = () => Promise<{ default: unknown }>

/** Each file is a part of its own, loaded when it is chosen. */
const FILES: Readonly<Record<string, Loader>> = import.meta.glob<{ default: unknown }>(
  '../../examples/*.json',
)

export interface Example {
  document: WorkflowDocument
  tests: WorkflowTest[]
}

/** @throws {Error} when it cannot be loaded */
export async function loadExample(id: string): Promise<Example> {
  const [document, tests] = await Promise.all([
    FILES[`../../examples/${id}.json`]?.(),
    FILES[`../../examples/${id}.tests.json`]?.(),
  ])
  if (!document || !tests) throw new Error(`no example ${id}`)
  return {
    document: document.default as WorkflowDocument,
    tests: tests.default as WorkflowTest[],
  }
}
