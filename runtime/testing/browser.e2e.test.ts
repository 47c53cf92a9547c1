import { expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'

test('the test browser shows text and draws', async () => {
  const browser = await launchBrowser()
  if (browser === null) return
  const page = await browser.newPage()
  await page.setContent('<h1>Ação</h1><canvas></canvas>')
  expect(await page.textContent('h1')).toBe('Ação')
  expect(await page.evaluate(`!!document.querySelector('canvas').getContext('webgl')`)).toBe(true)
  await browser.close()
})
