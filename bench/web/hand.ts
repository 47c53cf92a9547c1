// A hand on the mouse and the wheel: real input events, sixty a second, sent without waiting for what comes of them.

import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'

const STEP_MS = 1000 / 60
const CONTROL = 2

export interface Point {
  x: number
  y: number
}

export interface Hand {
  /** Turns the wheel, with which the canvas moves: down, to the side and back to where it began. */
  pan(at: Point, steps: number): Promise<void>
  /** Holds the ground and draws it along a circle. */
  drag(at: Point, steps: number, radius?: number): Promise<void>
  /** Zooms out and back in. */
  zoom(at: Point, steps: number): Promise<void>
}

type MouseEvent = Parameters<CDPSession['send']>[1] & object

export async function handOn(page: Page): Promise<Hand> {
  const cdp = await page.context().newCDPSession(page)
  const mouse = (type: string, { x, y }: Point, more: object = {}): Promise<unknown> =>
    cdp.send('Input.dispatchMouseEvent', { type, x, y, ...more } as MouseEvent as never)

  /** What is late is not made up for: a hand does not hurry either. */
  async function paced(steps: number, act: (step: number) => Promise<unknown>): Promise<void> {
    const acts: Promise<unknown>[] = []
    const start = performance.now()
    for (let step = 0; step < steps; step += 1) {
      acts.push(act(step))
      await sleep(Math.max(0, start + (step + 1) * STEP_MS - performance.now()))
    }
    await Promise.all(acts)
  }
  const wheel = (at: Point, more: object) => mouse('mouseWheel', at, more)

  return {
    pan: (at, steps) =>
      paced(steps, (step) => {
        const [deltaX, deltaY] = SIDES[Math.floor((step / steps) * SIDES.length)] ?? [0, 0]
        return wheel(at, { deltaX, deltaY })
      }),
    drag: async (at, steps, radius = 260) => {
      await mouse('mouseMoved', at)
      await mouse('mousePressed', at, { button: 'left', buttons: 1, clickCount: 1 })
      await paced(steps, (step) =>
        mouse('mouseMoved', onCircle(at, radius, (step + 1) / steps), {
          button: 'left',
          buttons: 1,
        }),
      )
      await mouse('mouseReleased', at, { button: 'left', clickCount: 1 })
    },
    zoom: async (at, steps) => {
      await page.keyboard.down('Control')
      await paced(steps, (step) => {
        const deltaY = step < steps / 2 ? 28 : -28
        return wheel(at, { deltaX: 0, deltaY, modifiers: CONTROL })
      })
      await page.keyboard.up('Control')
    },
  }
}

/** No multiples of what the ground repeats, or an empty canvas would look the same as before. */
const SIDES = [
  [0, 37],
  [29, 0],
  [0, -37],
  [-29, 0],
] as const

/** Begins and ends at its first point. */
function onCircle({ x, y }: Point, radius: number, part: number): Point {
  const angle = 2 * Math.PI * part
  return { x: x + radius * Math.sin(angle), y: y + (radius / 2) * (1 - Math.cos(angle)) }
}
