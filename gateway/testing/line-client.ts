// What a script does with a running FluxoLab: signed webhooks, the API, the live socket and the sandbox, over HTTP.

import { createHmac, randomBytes } from 'node:crypto'
import { request, WebSocket } from 'undici'
import type { ActorView, Contact, WebhookReply, WorkflowLive } from '#machines/contracts/api.ts'
import type { ServerMessage } from '#machines/contracts/live.ts'
import type { Demo } from '#runtime/index.ts'

export interface Answer<Body> {
  status: number
  body: Body
}

export interface SentMessage {
  to: string
  kind: string
  text: string
  effectId: string
  body: { type: string; text?: { body: string }; template?: { name: string } }
}

interface Lead {
  event_id: string
  source: string
  name?: string
  phone_e164: string
  [field: string]: unknown
}

export interface LineClient {
  demo: Demo
  call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>>
  /** Posts a signed lead; `nonce` to repeat the very same request. */
  lead(lead: Lead, nonce?: string): Promise<Answer<WebhookReply>>
  event(event: {
    event_id: string
    type: string
    phone: string
    payload?: object
  }): Promise<Answer<WebhookReply>>
  findContact(phone: string): Promise<Contact>
  view(contactId: string): Promise<ActorView>
  /** The first view of the contact, from now on, for which the test holds. */
  until(contactId: string, test: (view: ActorView) => boolean): Promise<ActorView>
  act(
    contactId: string,
    action: { action: string; runId?: string; reason: string },
  ): Promise<Answer<unknown>>
  live(workflowId: string): Promise<WorkflowLive>
  /** Messages accepted for a number, as soon as there are so many. */
  messages(phone: string, atLeast: number): Promise<SentMessage[]>
  write(phone: string, text: string): Promise<void>
  script(answers: object[], match?: object): Promise<void>
  closeSockets(): void
}

/** Signs in and gives the hands. */
export async function createClient(demo: Demo): Promise<LineClient> {
  const sockets = new Set<WebSocket>()
  const signIn = await send<{ token: string }>(`${demo.baseUrl}/api/session`, 'POST', {
    body: JSON.stringify({ email: demo.email, password: demo.password }),
    headers: { 'content-type': 'application/json' },
  })
  const headers = {
    authorization: `Bearer ${signIn.body.token}`,
    'content-type': 'application/json',
  }
  const call = <Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> =>
    send<Body>(`${demo.baseUrl}${path}`, method, {
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const sandbox = <Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> =>
    send<Body>(`${demo.sandboxUrl}${path}`, method, {
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const view = async (contactId: string): Promise<ActorView> =>
    (await call<ActorView>('GET', `/api/contacts/${contactId}/actor`)).body
  return {
    demo,
    call,
    view,
    lead: (lead, nonce) => postSigned(demo.leadsUrl, demo.sourceSecret, lead, nonce),
    event: ({ phone, payload = {}, ...event }) =>
      postSigned(demo.eventsUrl, demo.sourceSecret, {
        ...event,
        occurred_at: new Date().toISOString(),
        contact: { phone_e164: phone },
        payload,
      }),
    findContact: async (phone) => {
      const found = await call<{ items: Contact[] }>(
        'GET',
        `/api/contacts?phone=${encodeURIComponent(phone)}`,
      )
      const [contact] = found.body.items
      if (!contact) throw new Error(`nobody has ${phone}`)
      return contact
    },
    until: async (contactId, test) => {
      const { body } = await call<{ ticket: string }>('POST', '/api/live/ticket', {})
      const socket = new WebSocket(
        `${demo.baseUrl.replace('http', 'ws')}/live?ticket=${body.ticket}`,
      )
      sockets.add(socket)
      try {
        return await firstView(socket, contactId, test)
      } finally {
        socket.close()
        sockets.delete(socket)
      }
    },
    act: (contactId, action) => call('POST', `/api/contacts/${contactId}/actor/actions`, action),
    live: async (workflowId) =>
      (await call<WorkflowLive>('GET', `/api/workflows/${workflowId}/live`)).body,
    messages: async (phone, atLeast) => {
      const to = encodeURIComponent(phone)
      const path = `/whatsapp/messages?to=${to}&atLeast=${atLeast}&waitMs=20000`
      return (await sandbox<{ items: SentMessage[] }>('GET', path)).body.items
    },
    write: async (phone, text) => {
      await sandbox('POST', '/whatsapp/inbound', { from: phone, text })
    },
    script: async (answers, match) => {
      await sandbox('POST', '/script', {
        provider: 'whatsapp',
        answers,
        ...(match ? { match } : {}),
      })
    },
    closeSockets: () => {
      for (const socket of sockets) socket.close()
    },
  }
}

/** The signing of the README, written out once more so that the contract itself is tested. */
export function signedHeaders(
  secret: string,
  body: string,
  nonce: string,
  timestamp = nowSeconds(),
): Record<string, string> {
  const signature = createHmac('sha256', secret)
    .update(`${timestamp}.${nonce}.${body}`)
    .digest('hex')
  return {
    'content-type': 'application/json',
    'x-signature': `sha256=${signature}`,
    'x-timestamp': String(timestamp),
    'x-nonce': nonce,
  }
}

export async function send<Body>(
  url: string,
  method: string,
  options: { headers?: Record<string, string>; body?: string | Buffer },
): Promise<Answer<Body>> {
  const answer = await request(url, { method: method as 'GET', ...options })
  const text = await answer.body.text()
  return { status: answer.statusCode, body: parse(text) as Body }
}

async function postSigned<Body>(
  url: string,
  secret: string,
  content: object,
  nonce = randomBytes(12).toString('hex'),
): Promise<Answer<Body>> {
  const body = JSON.stringify(content)
  return send<Body>(url, 'POST', { body, headers: signedHeaders(secret, body, nonce) })
}

function firstView(
  socket: WebSocket,
  contactId: string,
  test: (view: ActorView) => boolean,
): Promise<ActorView> {
  return new Promise((resolve, reject) => {
    let last: ActorView | null = null
    socket.addEventListener('open', () =>
      socket.send(JSON.stringify({ subscribe: `contact:${contactId}` })),
    )
    socket.addEventListener('close', ({ code }) =>
      reject(new Error(`the socket closed with ${code}; last seen: ${summaryOf(last)}`)),
    )
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as ServerMessage
      if (message.type === 'error') reject(new Error(message.message))
      if (message.type !== 'contact.stepped') return
      last = message.actor
      if (test(message.actor)) resolve(message.actor)
    })
  })
}

function summaryOf(view: ActorView | null): string {
  return view === null
    ? 'nothing'
    : JSON.stringify(view.runs.map(({ state, status }) => ({ state, status })))
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
