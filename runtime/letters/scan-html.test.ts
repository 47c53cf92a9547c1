import { expect, test } from 'vitest'
import { htmlToText } from './html-to-text.ts'
import { inlineCss } from './inline-css.ts'
import { addPixel, completeDocument, rewriteLinks } from './rewrite-html.ts'
import { scanHtml } from './scan-html.ts'

const HOSTILE = [
  '<',
  '<a',
  '<a href',
  '<a href=',
  '<a href="',
  "<a href='x",
  '</',
  '</a',
  '<!--',
  '<!',
  '<?x',
  '<a =b c/d>',
  '<style>a<b',
  '<p/>>',
  'a < b && c > d',
  '<İ href="x">',
]

test.each(HOSTILE)('the pieces of %j are the whole text', (html) => {
  const pieces = [...scanHtml(html)]
  expect(pieces.map(({ start, end }) => html.slice(start, end)).join('')).toBe(html)
  expect(rewriteLinks(html, () => null).length).toBeGreaterThan(0)
  expect(typeof htmlToText(html)).toBe('string')
})

test('a long text costs no more than its length', () => {
  const started = performance.now()
  for (const part of ['<a href="', '<a ', '<', '<!--', '<style>', '&', '<p x="'])
    htmlToText(rewriteLinks(part.repeat(30_000), () => null))
  expect(performance.now() - started).toBeLessThan(3_000)
})

test('links lead where they are told to, and nowhere that could run', () => {
  const html = [
    `<a class=x href='https://a.example/?q=1&amp;r=2' >a</a>`,
    '<a href="javascript:alert(1)">b</a><a href=" JAVASCRIPT:x">c</a><a href="data:text/html,x">d</a>',
    '<a data-no-track href=https://n.example/>e</a><a href="mailto:a@b.c">f</a><a name="g">g</a>',
    '<!-- <a href="https://no.example"> --><img src="https://i.example/x.png">',
  ]
  expect(
    rewriteLinks(html.join('\n'), (url) => `https://t.example/${url.length}"`).split('\n'),
  ).toEqual([
    '<a class=x href="https://t.example/26&#34;" >a</a>',
    '<a href="#">b</a><a href="#">c</a><a href="#">d</a>',
    html[2],
    html[3],
  ])
})

test('a fragment becomes a document that says its language and title', () => {
  const told = { language: 'pt-BR', title: 'Oi & "tchau"' }
  expect(completeDocument('<p>Oi</p>', told)).toBe(
    '<!doctype html>\n<html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Oi &#38; &#34;tchau&#34;</title></head><body><p>Oi</p></body></html>',
  )
  expect(completeDocument('<html><head></head><body></body></html>', told)).toBe(
    '<html lang="pt-BR"><head><title>Oi &#38; &#34;tchau&#34;</title></head><body></body></html>',
  )
  const whole = '<html lang="en"><head><title>Hi</title></head><body></body></html>'
  expect(completeDocument(whole, told)).toBe(whole)
  expect(addPixel(whole, 'https://o.example/?a&b')).toContain(
    '<img src="https://o.example/?a&#38;b" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0"></body>',
  )
})

test('the text of a letter has its paragraphs, lists and addresses, and nothing that is not read', () => {
  const html = `<html><head><title>T</title><style>p{color:red}</style></head><body>
    <h1>Olá &amp; tchau</h1><p>Um <b>dois</b>\n três <a href="https://a.example/">aqui</a></p>
    <ul><li>um</li><li>dois</li></ul><script>x</script><img alt="Foto" src="x">
    <a href="mailto:a@b.c">a@b.c</a><br>fim&nbsp;&#33;</body></html>`
  expect(htmlToText(html)).toBe(
    'Olá & tchau\n\nUm dois três aqui (https://a.example/)\n\n- um\n- dois\n\nFoto a@b.c\nfim !',
  )
})

test('rules of style sheets are written into elements, media queries stay', async () => {
  const html =
    '<html><head><style>.b{color:#fff}@media (prefers-color-scheme:dark){.b{color:#000}}</style></head><body><a class="b" href="https://a.example/?x=1&amp;y=2">é</a><!--[if mso]><i><![endif]--></body></html>'
  const inlined = await inlineCss(html)
  expect(inlined).toContain('style="color: #fff;">é</a><!--[if mso]><i><![endif]-->')
  expect(inlined).toContain('prefers-color-scheme')
  expect(inlined).toContain('?x=1&amp;y=2')
  expect(await inlineCss('<p class=b>a')).toBe('<p class=b>a')
})
