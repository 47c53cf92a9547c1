// Event types that a run can wait for.

import { z } from 'zod'
import { EVENT_TYPE_PATTERN, reachesRuns } from '../contracts/event.ts'

export const AwaitedEventSchema = z
  .string()
  .regex(EVENT_TYPE_PATTERN)
  .refine(reachesRuns, { message: 'no run can receive this event' })
