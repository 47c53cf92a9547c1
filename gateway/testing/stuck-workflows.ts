// Workflows in which contacts get stuck, each in a way of its own, and one that sends people the wrong way.

type Document = {
  id: string
  name: string
  trigger: object
  nodes: { id: string; [field: string]: unknown }[]
}

const from = (source: string) => ({ type: 'lead.captured', filter: { source: [source] } })
const template = (id: string, label: string, name: string) => ({
  id,
  type: 'whatsapp.send_template',
  purpose: 'service',
  label,
  template: name,
  vars: { nome: '{{name}}' },
})
const PAYMENT = {
  id: 'espera_pagamento',
  type: 'wait.for.event',
  label: 'Esperar o pagamento',
  event: 'payment.confirmed',
  timeout: 'P30D',
}
const CLOSED = {
  id: 'espera_fim',
  type: 'wait.for.event',
  label: 'Esperar o fim do pedido',
  event: 'order.closed',
  timeout: 'P60D',
  next: null,
  timeoutNext: null,
}

/** Nobody ever tells of the payment, and the text before it is not let out: the contact has not agreed to it. */
export const STUCK: Document = {
  id: 'wf_travado',
  name: 'Pagamento pendente',
  trigger: from('travado'),
  nodes: [
    {
      id: 'aviso',
      type: 'whatsapp.send_text',
      purpose: 'marketing',
      label: 'Avisar do pagamento',
      text: 'Oi, {{name}}! Falta só o pagamento.',
      next: 'espera_pagamento',
      onError: 'espera_pagamento',
    },
    { ...PAYMENT, next: 'espera_fim', timeoutNext: 'cobrar' },
    { ...template('cobrar', 'Cobrar', 'lembrete_carrinho'), next: 'espera_fim' },
    CLOSED,
  ],
}

/** It stands still where the answer of the provider is lost. */
export const UNSURE: Document = {
  id: 'wf_incerto',
  name: 'Boas-vindas e pagamento',
  trigger: from('incerto'),
  nodes: [
    template('boas_vindas', 'Boas-vindas', 'boas_vindas'),
    { ...PAYMENT, next: null, timeoutNext: null },
  ],
}

/** Whom nothing can be sent waits for a corrected number. */
export const CORRECT: Document = {
  id: 'wf_recusado',
  name: 'Boas-vindas com correção',
  trigger: from('recusado'),
  nodes: [
    {
      ...template('boas_vindas', 'Boas-vindas', 'boas_vindas'),
      next: 'espera_pagamento',
      onError: 'espera_correcao',
    },
    { ...PAYMENT, next: null, timeoutNext: null },
    {
      id: 'espera_correcao',
      type: 'wait.for.event',
      label: 'Esperar a correção',
      event: 'number.corrected',
      timeout: 'P9D',
      next: 'boas_vindas',
      timeoutNext: null,
    },
  ],
}

/** It fails with whoever has not agreed to be written to, and nobody drew what happens then. */
export const UNAGREED: Document = {
  id: 'wf_sem_aceite',
  name: 'Oferta da semana',
  trigger: from('sem-aceite'),
  nodes: [
    {
      id: 'oferta',
      type: 'whatsapp.send_template',
      purpose: 'marketing',
      label: 'Mandar a oferta',
      template: 'lembrete_carrinho',
      vars: { nome: '{{name}}' },
      next: 'espera_fim',
    },
    CLOSED,
  ],
}

const PARTS_EXPECTED = 6

/** Keeps every part until `file.end`: with the fifth large one the contact would grow too large. */
export const PARTS: Document = {
  id: 'wf_partes',
  name: 'Receber um arquivo',
  trigger: from('partes'),
  nodes: [
    ...Array.from({ length: PARTS_EXPECTED }, (_, index) => ({
      id: `parte_${index + 1}`,
      type: 'wait.for.event',
      label: `Esperar a parte ${index + 1}`,
      events: [
        {
          event: 'file.part',
          next: index + 1 < PARTS_EXPECTED ? `parte_${index + 2}` : 'conferencia',
        },
        { event: 'file.end', next: 'conferencia' },
      ],
      timeout: 'P9D',
      timeoutNext: null,
    })),
    {
      id: 'conferencia',
      type: 'wait.for.event',
      label: 'Esperar a conferência',
      event: 'file.checked',
      timeout: 'P9D',
      timeoutNext: null,
    },
  ],
}

/** Who chooses `premium` is taken for somebody without a plan. */
export const BRANCH: Document = {
  id: 'wf_ramo',
  name: 'Escolha do plano',
  trigger: from('ramo'),
  nodes: [
    template('boas_vindas', 'Boas-vindas', 'boas_vindas'),
    {
      id: 'espera_escolha',
      type: 'wait.for.event',
      label: 'Esperar a escolha',
      event: 'plan.chosen',
      timeout: 'P9D',
      timeoutNext: null,
    },
    {
      id: 'guarda',
      type: 'set.variable',
      label: 'Guardar o plano',
      set: { plano: '$.espera_escolha.plan' },
    },
    {
      id: 'escolha',
      type: 'switch',
      label: 'Escolher pelo plano',
      on: '$.vars.plano',
      cases: { basico: 'bem_vindo', default: 'carrinho' },
    },
    {
      ...template('bem_vindo', 'Dar boas-vindas', 'boas_vindas'),
      next: 'espera_fim',
    },
    { ...template('carrinho', 'Falar do carrinho', 'lembrete_carrinho'), next: 'espera_fim' },
    CLOSED,
  ],
}

/** With a way for `premium`. */
export function mended(document: Document): Document {
  const nodes = document.nodes.map((node) =>
    node.id === 'escolha'
      ? { ...node, cases: { basico: 'bem_vindo', premium: 'bem_vindo', default: 'carrinho' } }
      : node,
  )
  return { ...document, nodes }
}
