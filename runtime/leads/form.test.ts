import { Readable } from 'node:stream'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { html } from './form-html.ts'
import { embedScript, pageScript } from './form-script.ts'
import { pageStyle } from './form-style.ts'
import { readToken, writeToken } from './form-token.ts'
import { type CsvRow, csvLine, columnsOf, readCsv } from './csv-reader.ts'

test('what is put into a page is text, whatever it says', () => {
  const page = html`<p title="${'"><script>'}">${['<b>', html`<i>${'&'}</i>`]}</p>`
  expect(page.html).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;<i>&amp;</i></p>')
})

test('the scripts are scripts, also with a title that tries to end them', () => {
  const script = embedScript('frm_1', '</script><script>alert(1)')
  expect(() => new Script(script)).not.toThrow()
  expect(() => new Script(pageScript)).not.toThrow()
  expect(script).not.toContain('</script>')
})

test("words on the brand's colour can be read", () => {
  expect(pageStyle('#ffee00')).toContain('--ink:#111827')
  expect(pageStyle('#0f766e')).toContain('--ink:#ffffff')
})

test('a token is good for its form and with its key', () => {
  const token = { form: 'frm_1', submission: '12345678', at: 1, asked: ['name'] }
  const text = writeToken('key', token)
  expect(readToken('key', 'frm_1', text)).toEqual(token)
  expect(readToken('key', 'frm_2', text)).toBeNull()
  expect(readToken('other', 'frm_1', text)).toBeNull()
  expect(readToken('', 'frm_1', text)).toBeNull()
})

async function* pieces(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part as string)
}
const LIMITS = { maxBytes: 1_000_000, maxRows: 3 }
const read = async (...parts: (string | Buffer)[]) =>
  ((await Readable.from(readCsv(pieces(...parts), LIMITS)).toArray()) as CsvRow[]).map(
    ({ cells }) => cells,
  )

test("CSV is read as people's programs write it", async () => {
  expect(await read('\uFEFFNome,E-mail\r\n"Ana ""A""",a@x.com\n\n')).toEqual([
    ['Nome', 'E-mail'],
    ['Ana "A"', 'a@x.com'],
  ])
  expect(await read(Buffer.from('nome;fone\nJoão;1\n', 'latin1'))).toEqual([
    ['nome', 'fone'],
    ['João', '1'],
  ])
  expect(await read(Buffer.from('\uFEFFnome\tfone\nJoão\t1\n', 'utf16le'))).toEqual([
    ['nome', 'fone'],
    ['João', '1'],
  ])
  const cut = Buffer.from('nome\nJoão\n')
  expect(await read(cut.subarray(0, 8), cut.subarray(8))).toEqual([['nome'], ['João']])
  expect(columnsOf({ line: 1, cells: ['a', '', 'a'] })).toEqual(['a', '#2', 'a (2)'])
})

test('a list that is too long or cannot be read is refused with the reason', async () => {
  await expect(read('a\n1\n2\n3\n4\n')).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' })
  await expect(read('a\n', Buffer.alloc(2_000_000, 97))).rejects.toMatchObject({
    code: 'REQUEST_TOO_LARGE',
  })
  await expect(read('a\n"never ends\n')).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('a file for people runs nothing in their spreadsheet', () => {
  expect(csvLine(['=1+1', '+55', '@x', 'a"b'])).toBe(`"'=1+1";"'+55";"'@x";"a""b"\r\n`)
})
