import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'email.send_template',
  template: 'followup_padrao',
  ...more,
})

test('email.send_template needs the name of a template', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ template: 'Olá!' }))).toEqual(['template'])
  expect(refusalOf(body({ purpose: 'Marketing' }))).toEqual(['purpose'])
  expect(refusalOf(body({ assunto: 'x' }))).toEqual([''])
  expect(refusalOf(body({ subject: 'x'.repeat(256) }))).toEqual(['subject'])
})

test('email.send_template can fail by a way of its own', () => {
  expect(targetsOf(body({ next: null, onError: 'n2' }))).toEqual({ next: null, error: 'n2' })
})

test('email.send_template renders its variables as text', () => {
  const more = { language: 'pt_BR', vars: { nome: '{{name}}', total: '$.payload.total' } }
  expect(behaviourOf(body(more)).command?.(scopeWith({ payload: { total: 10 } }))).toEqual({
    kind: 'email.send_template',
    template: 'followup_padrao',
    language: 'pt_BR',
    vars: { nome: 'Ana', total: '10' },
  })
})

test('email.send_template needs an e-mail channel, the template and the purpose', () => {
  const { kind, node } = parsedNode(body({ purpose: 'marketing' }))
  expect(kind.needs(node)).toEqual({
    channel: 'email',
    template: 'followup_padrao',
    purpose: 'marketing',
  })
})

test('email.send_template renders subject, reply address and attachments; what it leaves out the command leaves out', () => {
  const more = {
    subject: 'Pedido de {{name}}',
    replyTo: '{{payload.seller}}',
    attachments: [
      { link: 'https://a.example/{{name}}.pdf', name: 'boleto.pdf' },
      { media: '{{payload.file}}', cid: 'logo' },
    ],
  }
  const scope = scopeWith({ payload: { file: 'med_1', seller: 'bia@example.com' } })
  expect(behaviourOf(body(more)).command?.(scope)).toEqual({
    kind: 'email.send_template',
    template: 'followup_padrao',
    language: null,
    vars: {},
    subject: 'Pedido de Ana',
    replyTo: 'bia@example.com',
    attachments: [
      { link: 'https://a.example/Ana.pdf', mediaId: null, name: 'boleto.pdf' },
      { link: null, mediaId: 'med_1', name: null, cid: 'logo' },
    ],
  })
  const empty = body({ subject: '{{payload.x}}', replyTo: '{{payload.x}}' })
  expect(Object.keys(behaviourOf(empty).command?.(scope) ?? {})).not.toContain('replyTo')
  expect(Object.keys(behaviourOf(empty).command?.(scope) ?? {})).not.toContain('subject')
  const { kind, node } = parsedNode(body(more))
  expect(kind.expressions(node).map(({ path }) => path)).toEqual([
    '.subject',
    '.replyTo',
    '.attachments[0].link',
    '.attachments[0].name',
    '.attachments[1].media',
  ])
})

test.each([
  [{ link: 'http://a.example/x' }, 'attachments.0.link'],
  [{ link: 'https://a.example/x', media: 'med_1' }, 'attachments.0.link'],
  [{ name: 'x.pdf' }, 'attachments.0.link'],
  [{ media: 'med_1', cid: '<logo>' }, 'attachments.0.cid'],
])('email.send_template refuses the attachment %j', (attachment, path) => {
  expect(refusalOf(body({ attachments: [attachment] }))).toEqual([path])
})
