// The whole process killed at random moments while leads arrive, and started again each time: nothing lost, nothing twice.

import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { send, type SentMessage, signedHeaders } from './testing/line-client.ts'
import {
  freePorts,
  readDemoFile,
  type StartedProcess,
  startFluxoLab,
} from './testing/started-process.ts'

const LEADS = 200
const KILLS = Number(process.env['FLUXO_KILLS'] ?? 6)
const SENDERS = 8

it('I1 I4 I5 I6 every lead answered 2xx ends with exactly one welcome, however often the process is killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'fluxolab-kill-'))
  const [port, sandboxPort] = await freePorts()
  const env = {
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    UNCERTAIN_SECONDS: '12',
  }
  const lives = createLives(() => startFluxoLab(env))
  try {
    await lives.ready()
    const demo = await readDemoFile(dataDir)
    const phones = Array.from({ length: LEADS }, (_, n) => `+55119${String(70_000_000 + n)}`)
    const killing = killAtRandomMoments(lives)
    await sendAll(phones, (phone) => deliver(phone, demo, lives))
    await killing
    await lives.ready()
    const url = `${demo.sandboxUrl}/whatsapp/messages`
    const welcomes = new Map<string, number>()
    for (const phone of phones) {
      const query = `to=${encodeURIComponent(phone)}&atLeast=1&waitMs=20000`
      const { body } = await send<{ items: SentMessage[] }>(`${url}?${query}`, 'GET', {})
      welcomes.set(phone, body.items.length)
    }
    // What was in flight at a kill may be sent again only after it was found not to have been taken.
    await wait(14_000)
    const { body } = await send<{ items: SentMessage[] }>(url, 'GET', {})
    const doubled = phones.filter(
      (phone) => body.items.filter((item) => `+${item.to}` === phone).length !== 1,
    )
    expect(lives.killed()).toBe(KILLS)
    expect([...welcomes].filter(([, count]) => count !== 1)).toEqual([])
    expect(doubled).toEqual([])
  } finally {
    await lives.end()
    await rm(dataDir, { recursive: true, force: true })
  }
}, 240_000)

/** A process that is started again whenever it was killed. */
function createLives(start: () => StartedProcess) {
  let current = start()
  let readiness = current.printed(/^Ready.*$/m)
  let kills = 0
  return {
    ready: () => readiness,
    killed: () => kills,
    kill: async () => {
      current.signal('SIGKILL')
      expect(await current.ended).toBe('SIGKILL')
      kills += 1
      current = start()
      readiness = current.printed(/^Ready.*$/m)
      await readiness
    },
    end: async () => {
      current.signal('SIGINT')
      expect(await current.ended).toBe(0)
    },
  }
}

type Lives = ReturnType<typeof createLives>

async function killAtRandomMoments(lives: Lives): Promise<void> {
  for (let n = 0; n < KILLS; n += 1) {
    await wait(randomInt(40, 900))
    await lives.kill()
  }
}

async function sendAll(
  phones: string[],
  deliverTo: (phone: string) => Promise<void>,
): Promise<void> {
  const waiting = [...phones]
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (let phone = waiting.shift(); phone !== undefined; phone = waiting.shift()) {
        await deliverTo(phone)
        // Spread over the kills instead of being done before the first one.
        await wait(randomInt(20, 260))
      }
    }),
  )
}

/** Repeats the lead under its event id until it is answered 2xx: senders of webhooks do. */
async function deliver(
  phone: string,
  demo: { leadsUrl: string; sourceSecret: string },
  lives: Lives,
): Promise<void> {
  const body = JSON.stringify({
    event_id: `kill-${phone}`,
    source: 'instagram',
    name: 'Kai',
    phone_e164: phone,
  })
  for (;;) {
    try {
      const headers = signedHeaders(demo.sourceSecret, body, randomBytes(9).toString('hex'))
      const { status } = await send(demo.leadsUrl, 'POST', { body, headers })
      if (status < 300) return
      expect(status).toBeGreaterThanOrEqual(500)
    } catch (error) {
      if ((error as Error).name === 'AssertionError') throw error
    }
    await lives.ready()
    await wait(50)
  }
}
