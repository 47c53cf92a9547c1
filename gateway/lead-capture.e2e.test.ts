// Lead capture over real sockets: a form from its page to a run, its script and other pages, a file that is uploaded.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Line, startLine } from './testing/line.ts'

const FORM = 'frm_demo_contato'
let line: Line
let bearer: string
beforeAll(async () => {
  line = await startLine()
  const { email, password, baseUrl } = line.demo
  const answer = await fetch(`${baseUrl}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  bearer = `Bearer ${((await answer.json()) as { token: string }).token}`
})
afterAll(() => line.close())

const at = (path: string): string => `${line.demo.baseUrl}${path}`
const api = async (method: string, path: string, body?: object) => {
  const answer = await fetch(at(path), {
    method,
    headers: { authorization: bearer, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const sendJson = (given: object, origin = 'https://loja.example') =>
  fetch(at(`/f/${FORM}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(given),
  })

test("a form that is sent starts a workflow: page, its own policy, one submission, the contact's timeline", async () => {
  const workflow = {
    id: 'wf_do_formulario',
    name: 'Do formulário',
    trigger: { type: 'form.submitted', filter: { form: 'contato' } },
    nodes: [{ id: 'espera', type: 'delay', duration: 'P1D' }],
  }
  expect((await api('POST', '/api/workflows', workflow)).status).toBe(200)
  expect((await api('POST', '/api/workflows/wf_do_formulario/publish', {})).status).toBe(200)
  const page = await fetch(at(`/f/${FORM}?utm_source=ig`), { headers: { 'accept-language': 'en' } })
  const html = await page.text()
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'nonce-/,
  )
  expect(page.headers.get('x-frame-options')).toBeNull()
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(html).toContain('Talk to Loja Aurora')
  expect(html).toContain('name="utm_source" value="ig"')
  const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const body = new URLSearchParams({ token, name: 'Ana', phone: '(31) 98888-7777', aceite: '1' })
  // As quick as only programs are: it is thanked and forgotten, and a person may still send the page.
  const send = () => fetch(at(`/f/${FORM}`), { method: 'POST', body, redirect: 'manual' })
  expect((await send()).status).toBe(303)
  const sent = await sendJson({
    submission_id: randomUUID(),
    name: 'Ana',
    phone: '(31) 98888-7777',
    aceite: true,
  })
  expect([sent.status, await sent.json()]).toMatchObject([200, { ok: true }])
  const { body: found } = await api('GET', '/api/contacts?phone=%2B5531988887777')
  const contactId = (found['items'] as { id: string }[])[0]?.id ?? ''
  await expect
    .poll(async () => (await api('GET', `/api/contacts/${contactId}/actor`)).body['runs'], {
      timeout: 10_000,
    })
    .toMatchObject([{ workflowId: 'wf_do_formulario', state: 'espera' }])
})

test('what a program sends is answered field by field, is one by its id, and is read by allowed pages alone', async () => {
  const submission = { submission_id: randomUUID(), name: 'Bia', phone: '31 97777-6666' }
  const wrong = await sendJson({ ...submission, phone: '12' })
  expect([wrong.status, await wrong.json()]).toMatchObject([
    422,
    { problems: [{ key: 'phone', problem: 'phone' }] },
  ])
  expect(wrong.headers.get('access-control-allow-origin')).toBeNull()
  expect((await sendJson(submission)).status).toBe(200)
  expect((await sendJson(submission)).status).toBe(200)
  const { body: form } = await api('GET', `/api/forms/${FORM}`)
  expect(form['submissions']).toBe(2)
  const definition = { ...(form['definition'] as object), origins: ['https://loja.example'] }
  expect((await api('PUT', `/api/forms/${FORM}`, { definition })).body['version']).toBe(2)
  const allowed = await fetch(at(`/f/${FORM}`), {
    method: 'OPTIONS',
    headers: { origin: 'https://loja.example' },
  })
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://loja.example')
  const foreign = await fetch(at(`/f/${FORM}`), {
    method: 'OPTIONS',
    headers: { origin: 'https://outra.example' },
  })
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
  const script = await fetch(at(`/f/${FORM}.js`))
  expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(await script.text()).toContain(`/f/${FORM}?`)
  expect((await fetch(at('/f/frm_nobody'))).status).toBe(404)
})

test('one address sends so many forms in a minute and no more', async () => {
  const statuses = new Set<number>()
  for (let n = 0; n < 32; n += 1) statuses.add((await sendJson({})).status)
  expect(statuses).toContain(429)
})

test('a list is uploaded as a file; nothing that a foreign page can send is taken for one', async () => {
  const upload = (type: string) =>
    fetch(at('/api/imports?name=lista.csv'), {
      method: 'POST',
      headers: { authorization: bearer, 'content-type': type },
      body: 'Nome,E-mail\nAna,lista@mail.example\n',
    })
  const answer = await upload('text/csv')
  expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'ready', total: 1 }])
  expect((await upload('text/plain')).status).toBe(415)
  const { body } = await api('GET', '/api/sources')
  expect(JSON.stringify(body)).not.toContain(line.demo.sourceSecret)
})
