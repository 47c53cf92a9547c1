import { describe, expect, it } from 'vitest'
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import { EXPORT_FORMATS, exportText, FILE_KINDS, previewText } from './exports.ts'
import { fileNameOf, readTextFile } from './files.ts'
import { newDocument, withIdentity } from './new-document.ts'
import { TRIGGER_KINDS } from '#machines/nodes/registry.ts'
import { compile } from '#machines/compile/compile.ts'

describe('an export', () => {
  it('is made in each form, and only JSON of a document with errors', () => {
    const broken = { ...welcome, nodes: [{ id: 'a', type: 'nothing' }] }
    for (const format of EXPORT_FORMATS) {
      if (format === 'bundle') continue
      expect(exportText(welcome, format)).toContain('boas_vindas')
      expect(exportText(broken, format) === null).toBe(format !== 'json')
    }
    expect(JSON.parse(exportText(broken, 'json') ?? '')).toEqual(broken)
  })

  it('has a name that every system takes', () => {
    expect(fileNameOf('Olá, çã! / (novo)', FILE_KINDS.bundle.extension)).toBe(
      'ola-ca-novo.fluxo.json',
    )
    expect(fileNameOf('💛', 'mmd')).toBe('fluxo.mmd')
  })

  it('is shown from its beginning, whole lines only', () => {
    expect(previewText('a\nb')).toEqual({ shown: 'a\nb', isWhole: true })
    const long = 'linha comprida\n'.repeat(5_000)
    const { shown, isWhole } = previewText(long)
    expect(isWhole).toBe(false)
    expect(long.startsWith(`${shown}\n`)).toBe(true)
  })
})

it('a file that is too large is not read', async () => {
  expect(await readTextFile(new Blob(['{}']))).toBe('{}')
  expect(await readTextFile(new Blob(['x'.repeat(1_000_000)]))).toBeNull()
})

describe('a new document', () => {
  it('begins with any trigger, and the checks have nothing against that trigger', () => {
    for (const { type } of TRIGGER_KINDS) {
      const { diagnostics } = compile(newDocument('wf_x', 'Novo', type))
      const about = diagnostics.filter(({ path }) => path.startsWith('$.trigger'))
      expect([type, about.filter(({ severity }) => severity === 'error')]).toEqual([type, []])
    }
  })

  it('from an example has an id of its own, and still runs itself', () => {
    const document = {
      ...welcome,
      nodes: [{ id: 'a', type: 'subflow', workflow: welcome.id }],
    }
    expect(withIdentity(document, 'wf_novo', 'Meu')).toMatchObject({
      id: 'wf_novo',
      name: 'Meu',
      nodes: [{ workflow: 'wf_novo' }],
    })
  })
})
