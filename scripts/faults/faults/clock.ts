// Clocks that go wrong in one process, by libfaketime.

import { existsSync } from 'node:fs'
import { type Fault, NotLanded, pickWorker, type Scene, UNCERTAIN } from '../fault.ts'
import { signedRequest } from '../load/requests.ts'
import type { Member } from '../stage/member.ts'
import { sleep } from '../stage/time.ts'

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`,
)

export const wrongClock: Fault = {
  id: 'F14',
  name: 'wrong clocks',
  how: 'a worker an hour ahead or behind and a gateway ten minutes ahead, by libfaketime',
  evidence: ['workers with a wrong clock', 'signatures refused', 'refusals in the metrics'],
  conditions: [
    'no timer fires early or late',
    'a gateway outside of the signature window shows it',
  ],
  maxDelayMs: 15_000,
  allow: UNCERTAIN,
  inject: async (scene) => {
    const library = LIBRARIES.find((path) => existsSync(path))
    if (library === undefined) throw new NotLanded('install the Debian package libfaketime')
    const end = performance.now() + scene.lengthMs
    for (const hours of ['+1h', '-1h']) {
      const worker = pickWorker(scene)
      await restart(scene, worker, wrong(library, hours))
      scene.count('workers with a wrong clock')
      await sleep(Math.max(3_000, scene.lengthMs / 3))
      await restart(scene, worker, {})
      if (performance.now() > end && scene.isShort) break
    }
    await tryGateway(scene, wrong(library, '+10m'))
  },
}

function wrong(library: string, offset: string): Record<string, string> {
  return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' }
}

async function restart(scene: Scene, member: Member, env: Record<string, string>): Promise<void> {
  scene.mark('begin', member.name)
  member.signal('SIGTERM')
  await member.ended()
  await member.start(env)
  scene.mark('end', member.name)
}

/** The load goes to the other gateway meanwhile: this one rightly refuses what is signed now. */
async function tryGateway(scene: Scene, env: Record<string, string>): Promise<void> {
  const { stage, sender } = scene
  const [gateway] = stage.gateways
  const [company] = stage.companies
  if (!gateway || !company) return
  sender.avoid(gateway.baseUrl)
  await restart(scene, gateway, env)
  const body = JSON.stringify({ event_id: 'clock', name: 'Clock', phone_e164: '+5521990000002' })
  const { status } = await sender.post(gateway.baseUrl, signedRequest('leads', company, body))
  if (status === 401 || status === 403 || status === 400) scene.count('signatures refused')
  else scene.complain(`a signature ten minutes off was answered ${status}`)
  const metrics = await (await fetch(`${gateway.baseUrl}/metrics`)).text()
  const refused = /^fluxo_webhook_refused_total\{.*\} (\d+)/m.exec(metrics)?.[1]
  scene.count('refusals in the metrics', Number(refused ?? 0))
  await restart(scene, gateway, {})
  sender.avoid(null)
}
