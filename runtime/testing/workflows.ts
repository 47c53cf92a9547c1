// Workflow documents for tests, as small as what they show.

/** A lead is greeted, and then its purchase is waited for. */
export const WELCOME = {
  id: 'wf_welcome',
  name: 'Boas-vindas',
  trigger: { type: 'lead.captured', filter: { source: ['instagram'] } },
  nodes: [
    { id: 'greet', type: 'whatsapp.send_text', text: 'Oi, {{name}}!' },
    {
      id: 'await_purchase',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'P2D',
      next: 'thank',
      timeoutNext: 'remind',
    },
    { id: 'thank', type: 'whatsapp.send_text', text: 'Obrigado!', next: 'end' },
    { id: 'remind', type: 'whatsapp.send_text', text: 'Seu carrinho espera.' },
    { id: 'end', type: 'end' },
  ],
}

/** What a lead of the source `note` says is kept, then it ends. No effect. */
export const NOTE = {
  id: 'wf_note',
  name: 'Guardar o que foi dito',
  trigger: { type: 'lead.captured', filter: { source: ['note'] } },
  nodes: [
    { id: 'keep', type: 'set.variable', set: { said: '$.payload.said' } },
    { id: 'end', type: 'end' },
  ],
}
