import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { documentOf, textNode } from '../testing/document.ts'
import type { JsonObject } from '../contracts/json.ts'
import { referencesOf, withReferences } from './references.ts'
import { withoutSecrets } from './without-secrets.ts'

const document = {
  id: 'wf_um',
  name: 'Um',
  trigger: { type: 'segment.entered', filter: { segment: ['vip', 'novos'] } },
  nodes: [
    { id: 'ola', type: 'whatsapp.send_template', template: 'ola', language: 'pt_BR' },
    { id: 'ola_2', type: 'whatsapp.send_template', template: 'ola' },
    { id: 'carta', type: 'email.send_template', template: 'ola' },
    { id: 'foto', type: 'whatsapp.send_media', media: 'image', mediaId: 'med_1' },
    { id: 'passo', type: 'subflow', workflow: 'wf_cep', version: 'ver_3' },
    { id: 'aviso', type: 'message.send_text', channel: 'telegram', text: 'Oi' },
  ],
} as unknown as JsonObject

const named = (from: unknown) => referencesOf(from).map(({ kind, name }) => `${kind} ${name}`)

describe('what a document names', () => {
  it('is found once each, with the nodes that name it', () => {
    const all = referencesOf(document)
    expect(named(document)).toEqual([
      'segment vip',
      'segment novos',
      'template ola',
      'template ola',
      'emailTemplate ola',
      'media med_1',
      'workflow wf_cep',
      'channel telegram',
      'channel whatsapp',
      'channel email',
    ])
    expect(all.find(({ kind, language }) => kind === 'template' && language === null)).toEqual({
      kind: 'template',
      name: 'ola',
      language: null,
      nodeIds: ['ola_2'],
    })
  })

  it('is what was chosen instead, and nothing else changes', () => {
    const after = withReferences(document, [
      { kind: 'segment', name: 'vip', language: null, choice: { use: 'existing', name: 'ouro' } },
      {
        kind: 'template',
        name: 'ola',
        language: 'pt_BR',
        choice: { use: 'create', name: 'ola_9' },
      },
      { kind: 'emailTemplate', name: 'ola', language: null, choice: { use: 'open' } },
      {
        kind: 'workflow',
        name: 'wf_cep',
        language: null,
        choice: { use: 'existing', name: 'wf_x' },
      },
    ])
    expect(named(after)).toEqual([
      'segment ouro',
      'segment novos',
      'template ola_9',
      'template ola',
      'emailTemplate ola',
      'media med_1',
      'workflow wf_x',
      'channel telegram',
      'channel whatsapp',
      'channel email',
    ])
    const [, second, , , subflow] = after['nodes'] as JsonObject[]
    expect(second).toEqual((document['nodes'] as JsonObject[])[1])
    // A version of the other workflow would be nothing here.
    expect(subflow).toEqual({ id: 'passo', type: 'subflow', workflow: 'wf_x' })
    expect(withReferences(document, [])).toEqual(document)
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(referencesOf(value)).toBeInstanceOf(Array)
        referencesOf({
          trigger: value,
          nodes: [value, { id: 'a', type: 'subflow', workflow: value }],
        })
      }),
      { numRuns: 200 },
    )
  })
})

describe('a document that leaves', () => {
  const call = {
    id: 'chama',
    type: 'webhook.call',
    url: 'https://loja.example/v1?api_key=abc&cep={{cep}}',
    headers: { Authorization: 'Bearer abc', 'X-Api-Key': '{{vars.chave}}', Accept: 'json' },
    body: { dados: [{ senha: 'abc', nome: 'token' }], token: '$.vars.t', max_tokens: 3 },
  }
  it('has no credentials, and says where it had some', () => {
    const { document: clean, cleared } = withoutSecrets({
      nodes: [call, textNode('b', { text: 'password' })],
    } as unknown as JsonObject)
    expect(cleared.map(({ nodeId, path }) => `${nodeId} ${path}`)).toEqual([
      'chama .url',
      'chama .headers.Authorization',
      'chama .body.dados[0].senha',
    ])
    expect((clean['nodes'] as JsonObject[])[0]).toEqual({
      ...call,
      url: 'https://loja.example/v1?api_key=&cep={{cep}}',
      headers: { ...call.headers, Authorization: '' },
      body: { ...call.body, dados: [{ senha: '', nome: 'token' }] },
    })
    expect((clean['nodes'] as JsonObject[])[1]).toMatchObject({ text: 'password' })
  })

  it('without any is the same document', () => {
    const plain = documentOf([textNode('a')]) as unknown as JsonObject
    expect(withoutSecrets(plain)).toEqual({ document: plain, cleared: [] })
  })
})
