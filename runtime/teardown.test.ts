import { describe, expect, it } from 'vitest'
import { createTeardown } from './teardown.ts'

describe('a teardown', () => {
  it('stops the last part first, each once, also after a failure', async () => {
    const order: string[] = []
    const teardown = createTeardown()
    teardown.add(() => void order.push('database'))
    teardown.add(async () => {
      order.push('runtime')
      throw new Error('broke')
    })
    teardown.add(() => void order.push('app'))
    await expect(teardown.run()).rejects.toThrow('broke')
    await expect(teardown.run()).rejects.toThrow('broke')
    expect(order).toEqual(['app', 'runtime', 'database'])
  })
})
