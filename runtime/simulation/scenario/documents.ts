// What the tenants of a run have published: a line with an effect of each road, timers that are armed again, and a
// second workflow that the first one sets off.

export const QUESTION = 'De 0 a 10?'
/** How long an answer may take, and how long nothing more has to come before it counts. */
export const QUESTION_MS = 1_500
export const QUIET_MS = 1_000

/** A lead is tagged and greeted; who does not buy in time is asked, again and again. */
const LINE = {
  id: 'wf_sim_line',
  name: 'Da entrada à compra',
  trigger: { type: 'lead.captured' },
  nodes: [
    { id: 'mark', type: 'tag.add', tags: ['novo'] },
    { id: 'greet', type: 'whatsapp.send_text', text: 'Oi, {{name}}!', onError: 'end' },
    {
      id: 'await_purchase',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'PT1S',
      next: 'thank',
      timeoutNext: 'question',
    },
    {
      id: 'question',
      type: 'ask',
      text: QUESTION,
      as: 'score',
      answer: { type: 'integer', min: 0, max: 10 },
      retries: 4,
      timeout: `PT${QUESTION_MS / 1000}S`,
      quiet: `PT${QUIET_MS / 1000}S`,
      timeoutNext: 'await_purchase_again',
      invalidNext: 'end',
      next: 'thank',
      onError: 'end',
    },
    {
      id: 'await_purchase_again',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'PT0.8S',
      next: 'thank',
      timeoutNext: 'end',
    },
    { id: 'thank', type: 'whatsapp.send_text', text: 'Obrigado!', onError: 'end' },
    { id: 'client', type: 'tag.add', tags: ['cliente'] },
    { id: 'end', type: 'end' },
  ],
}

/** Who became a client hears from us once more. */
const CLIENT = {
  id: 'wf_sim_client',
  name: 'Cliente novo',
  trigger: { type: 'tag.added', filter: { tag: ['cliente'] } },
  nodes: [
    { id: 'rest', type: 'delay', duration: 'PT0.5S' },
    { id: 'first', type: 'whatsapp.send_text', text: 'Um brinde vai junto.', onError: 'end' },
    { id: 'second', type: 'whatsapp.send_text', text: 'Até logo!', onError: 'end' },
    { id: 'unmark', type: 'tag.remove', tags: ['novo'] },
    { id: 'end', type: 'end' },
  ],
}

export const DOCUMENTS = [LINE, CLIENT]
