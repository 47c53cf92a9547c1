// The debugger of one contact with thousands of Steps: frames while its slider is drawn over all of them, and how long the
// page works for one place of it.

import { measureScrub as drawSlider } from '../../gateway/testing/measure-scrub.ts'
import { createTestShards } from '../../runtime/testing/shards.ts'
import { addContacts, fillMessages, makeTenant } from '../work/mailbox.ts'
import type { WebPlan } from './canvas.ts'
import { type Figure, figureOf } from './figures.ts'
import type { Stage } from './stage.ts'

const STEPS = 5_000
const CONTACT = 'cnt_0000000001'

export async function measureScrub(stage: Stage, { rounds, onRound }: WebPlan): Promise<Figure[]> {
  const { pool } = stage
  const tenant = await makeTenant(pool)
  await addContacts(pool, tenant, 1)
  await fillMessages(pool, tenant, { contacts: [CONTACT], messages: STEPS })
  await (await createTestShards(pool)).drain(STEPS)
  const page = await stage.open(`/contacts/${CONTACT}`, { tenant })
  const found = { work: [] as number[], late: [] as number[], atRest: [] as number[] }
  for (let round = 0; round <= rounds; round += 1) {
    const figures = await drawSlider(page)
    if (figures.steps < STEPS) throw new Error(`the contact has only ${figures.steps} Steps`)
    if (round === 0) continue
    found.work.push(figures.work.p95)
    found.late.push(100 * figures.late)
    found.atRest.push(100 * figures.lateAtRest)
    onRound(
      `scrub, round ${round}: p95 ${figures.work.p95.toFixed(1)} ms a place, ${(100 * figures.late).toFixed(1)} % of frames late, ${(100 * figures.lateAtRest).toFixed(1)} % at rest`,
    )
  }
  await page.context().close()
  return [
    figureOf('scrub', `work for one place of ${STEPS}, p95`, 'ms', found.work),
    figureOf('scrub', 'late frames', '%', found.late),
    figureOf('scrub', 'late frames at rest', '%', found.atRest),
  ]
}
