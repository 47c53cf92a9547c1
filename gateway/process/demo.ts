// The demonstration of the start command: Ana's lead goes in by the public webhook, and the terminal shows what follows.

import { type Demo, DEMO_LEAD, type Runtime, sendDemoLead } from '#runtime/index.ts'
import type { ActorView } from '#machines/contracts/api.ts'
import { showSteps, type Terminal } from './terminal.ts'

const PURCHASE = 'purchase.approved'

/** Sends the lead unless Ana is under way already, and shows the Steps until she waits for the purchase. */
export async function playDemo(terminal: Terminal, runtime: Runtime, demo: Demo): Promise<void> {
  const signedIn = await runtime.sessions.signIn({ email: demo.email, password: demo.password })
  const actor = { tenantId: demo.tenantId, userId: signedIn.user.id, role: 'owner' as const }
  const known = await runtime.contacts.list(actor, { phone: DEMO_LEAD.phone_e164, limit: 1 })
  const waiting =
    known.items[0] && (await runtime.actors.view(actor, known.items[0].id, { limit: 1 }))
  if (waiting && isWaiting(waiting)) {
    terminal.line(`Demo complete: ${place(waiting)} since an earlier start.`)
    return
  }
  terminal.line('Demo: a lead from Instagram arrives at the public webhook')
  const reply = await sendDemoLead(demo, `demo-${Date.now()}`)
  if (reply.contactId === undefined) throw new Error('the demo lead has no contact')
  const view = await showSteps(terminal, runtime, {
    actor,
    contactId: reply.contactId,
    after: waiting?.seq ?? 0,
    isOver: isWaiting,
  })
  terminal.line(`Demo complete: ${place(view)}.`)
  terminal.line(`  ${demo.baseUrl}/contacts/${reply.contactId}`)
}

function isWaiting(view: ActorView): boolean {
  return view.runs.some((run) => run.waitingFor.some(({ event }) => event === PURCHASE))
}

function place(view: ActorView): string {
  const run = view.runs.find((candidate) =>
    candidate.waitingFor.some(({ event }) => event === PURCHASE),
  )
  return `${view.contact.name ?? 'the contact'} waits at "${run?.state ?? ''}" for ${PURCHASE}`
}
