import { expect, test } from 'vitest'
import type { Json } from '#machines/contracts/json.ts'
import { transform } from './transform.ts'
import { createTransformer } from './transformer.ts'

const ORDER: Json = {
  items: [
    { sku: 'a1', price: 10.5, quantity: 2 },
    { sku: 'b2', price: 3, quantity: 1 },
  ],
}
const outputOf = async (expression: string, input: Json = ORDER) => {
  const result = await transform(expression, input)
  return result.ok ? result.output : result.error
}

test('an expression reshapes its input into plain JSON', async () => {
  expect(await outputOf('{"total": $sum(items.(price * quantity)), "skus": items.sku}')).toEqual({
    total: 24,
    skus: ['a1', 'b2'],
  })
  expect(await outputOf('items[price > 100]')).toBeNull()
  expect(await outputOf('function($x) { $x }')).toBeNull()
  expect(await outputOf('$', [1, [2]])).toEqual([1, [2]])
})

test('patterns find all their matches, with groups and flags', async () => {
  expect(await outputOf('$match("A1 b22", /([a-z])(\\d+)/i).groups')).toEqual(['A', '1', 'b', '22'])
  expect(await outputOf('$replace("a-b-c", /-/, "+")')).toBe('a+b+c')
  expect(await outputOf('$split("a, b,c", /,\\s*/)')).toEqual(['a', 'b', 'c'])
  expect(await outputOf('$contains("abc", /^b/)')).toBe(false)
})

test('wrong expressions fail with a reason', async () => {
  for (const expression of ['{', '1 + "a"', '$unknown()', '$error("no")', '$match("a", /(?=a)/)']) {
    expect(await outputOf(expression), expression).toMatchObject({ code: 'TRANSFORM_FAILED' })
  }
  expect(await outputOf('$eval("1")')).toMatchObject({ code: 'TRANSFORM_FAILED' })
})

test.each([
  '($f := function() { $f() }; $f())',
  '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
  '[1..10000000]',
  '$map([1..9999], function($x) { $map([1..9999], function($y) { $x * $y }) })',
  '($d := function($o, $n) { $n = 0 ? $o : $d({"a": $o, "b": $o}, $n - 1) }; $d({}, 30))',
  '($d := function($o, $n) { $n = 0 ? $o : $d({"a": $o}, $n - 1) }; $d({}, 60))',
  '($s := function($t, $n) { $n = 0 ? $t : $s($t & $t, $n - 1) }; $s("aaaaaaaa", 20))',
  '$pad("a", 500000000)',
  '$match($pad("a", 10000), /(a+)+b/)',
  '$replace($pad("a", 9999), /(.*a){20}x/, "")',
])('%s ends within its limits', async (expression) => {
  const start = performance.now()
  const result = await transform(expression, null)
  expect(performance.now() - start).toBeLessThan(400)
  if (result.ok) expect(JSON.stringify(result.output).length).toBeLessThan(200_000)
  else expect(result.error.code).toMatch(/^TRANSFORM_/)
})

test('the host’s objects are out of reach', async () => {
  for (const expression of [
    'constructor',
    '$.constructor.constructor("return process")()',
    '__proto__',
    '$lookup({}, "__proto__")',
  ]) {
    const result = await transform(expression, {})
    expect(result.ok ? result.output : null, expression).toBeNull()
  }
  await transform('{"__proto__": {"polluted": "yes"}}', null)
  await transform('$merge([{}, {"__proto__": {"polluted": "yes"}}])', null)
  expect('polluted' in {}).toBe(false)
})

test('a transform that no guard stops ends with its thread, and the next one is done', async () => {
  const transformer = createTransformer()
  const shared =
    '($d := function($o, $n) { $n = 0 ? $o : $d({"a": $o, "b": $o}, $n - 1) }; $string($d({}, 40)))'
  try {
    expect(await transformer.transform(shared, null)).toMatchObject({
      ok: false,
      error: { code: 'TRANSFORM_LIMIT' },
    })
    expect(await transformer.transform('a + 1', { a: 1 })).toEqual({ ok: true, output: 2 })
  } finally {
    await transformer.stop()
  }
})
