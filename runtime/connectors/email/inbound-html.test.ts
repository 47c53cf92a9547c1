// What an agent sees of a stranger's HTML can neither run nor call home.

import { expect, it } from 'vitest'
import { isOverloaded, sanitizeMailHtml, textOfHtml } from './inbound-html.ts'

const clean = (html: string): string =>
  sanitizeMailHtml(html, (cid) => (cid === 'logo@x' ? 'med_1' : null))

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="jav&#x09;ascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<form action="https://evil.example"><input name=p><button>x</button></form>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<link rel=stylesheet href=https://evil.example/x.css>',
  '<style>@import "https://evil.example/x.css";</style>',
  '<object data="x"></object><embed src=x>',
  '<p style="background:url(https://evil.example/p.gif)">x</p>',
  '<p style="background-color:expression(alert(1))">x</p>',
  '<p style="position:fixed;top:0;left:0">x</p>',
  '<table background="https://evil.example/p.gif"><tr><td>x</td></tr></table>',
  '<img src="https://evil.example/pixel.gif" alt="pixel">',
  '<img srcset="https://evil.example/a.png 1x" alt="a">',
  '<img src="//evil.example/pixel.gif" alt="pixel">',
  '<video poster="https://evil.example/p.gif"></video>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
])('disarms %s', (html) => {
  const safe = clean(html)
  expect(safe).not.toMatch(
    /script|onerror|onload|javascript:|data:|evil\.example|<(svg|math|iframe|form|input|meta|base|link|style|object|embed|video)|position|url\(/i,
  )
})

it('keeps what a letter looks like, names our files, and opens links elsewhere', () => {
  const html =
    '<p style="color:#333;margin:0 auto">Olá <b>Ana</b></p><a href="https://x.co/?a=1&amp;b=2">x</a>' +
    '<img src="cid:logo%40x" width="40" alt="Logo"><img src="cid:missing">'
  expect(clean(html)).toBe(
    '<p style="color:#333;margin:0 auto">Olá <b>Ana</b></p>' +
      '<a href="https://x.co/?a=1&amp;b=2" rel="noopener noreferrer nofollow" target="_blank">x</a>' +
      '<img data-media="med_1" alt="Logo" width="40" />',
  )
})

it('takes no media id from the sender', () => {
  expect(clean('<img data-media="med_of_another" alt="x">')).toBe('<img alt="x" />')
})

it('looks at no more tags than a letter has', () => {
  expect(clean('<div>'.repeat(5_000)).length).toBeLessThan(10_000)
  expect(isOverloaded('<div>'.repeat(20_000))).toBe(false)
  expect(isOverloaded('<div>'.repeat(20_001))).toBe(true)
  expect(textOfHtml(`<b>Oi</b>${'<div>'.repeat(50_000)}`, false)).toBe('Oi')
})
