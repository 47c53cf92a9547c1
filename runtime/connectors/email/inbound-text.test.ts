import { expect, it } from 'vitest'
import { textOfHtml } from './inbound-html.ts'
import { newTextOf } from './inbound-text.ts'

it.each([
  ['plain words', 'Quero sim!\n', 'Quero sim!'],
  [
    'Gmail in Portuguese',
    'Quero sim!\n\nEm seg., 2 de mar. de 2026 às 10:12, Loja <loja@x.co> escreveu:\n\n> Olá\n> Tudo bem?\n',
    'Quero sim!',
  ],
  [
    'Gmail in English, folded',
    'Yes please\n\nOn Mon, Mar 2, 2026 at 10:12 AM A Very Long Shop Name Indeed\n<shop@x.co> wrote:\n\n> Hello\n',
    'Yes please',
  ],
  [
    'Outlook',
    'Sim\r\n\r\n________________________________\r\nDe: Loja <loja@x.co>\r\nEnviado: segunda\r\n\r\nOlá\r\n',
    'Sim',
  ],
  [
    'Outlook without a line',
    'Sim\n\nFrom: Shop <shop@x.co>\nSent: Monday\nTo: Ana\nSubject: Hi\n\nHello Ana\n',
    'Sim',
  ],
  ['an original message', 'Ok\n\n-----Mensagem original-----\nDe: x', 'Ok'],
  ['a signature', 'Quero dois\n-- \nAna Souza\nACME', 'Quero dois'],
  ['a phone', 'Pode ser\n\nEnviado do meu iPhone', 'Pode ser'],
  [
    'answers below',
    'On Mon, Mar 2, 2026 Shop wrote:\n> Which colour?\nBlue\n> How many?\nTwo',
    'Blue\nTwo',
  ],
  ['nothing but a quotation', '> Olá\n> Tudo bem?', '> Olá\n> Tudo bem?'],
  [
    'words that look like headers',
    'From: São Paulo\nI leave tomorrow',
    'From: São Paulo\nI leave tomorrow',
  ],
])('keeps what is new: %s', (_name, text, expected) => {
  expect(newTextOf(text)).toBe(expected)
})

it('reads hostile text in linear time', () => {
  const started = performance.now()
  newTextOf(`${'On '.repeat(60_000)}\n${'> '.repeat(10_000)}`)
  newTextOf('On a wrote'.repeat(20_000))
  newTextOf('\n'.repeat(200_000))
  expect(performance.now() - started).toBeLessThan(1_000)
})

it('reads the words of a mail that is only HTML, without what it quotes', () => {
  const html =
    '<style>p{}</style><p>Quero&nbsp;sim &amp; <b>já</b></p><div>2 &lt; 3</div><script>x()</script>' +
    '<div class="gmail_quote">Em seg., Loja escreveu:<blockquote>Olá</blockquote></div>'
  expect(textOfHtml(html, false)).toBe('Quero sim & já\n2 < 3')
  expect(textOfHtml(html, true)).toContain('Olá')
})
