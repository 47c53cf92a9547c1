// The sandbox over HTTP: whether it is there for who asks, and its control routes passed on.

import { z } from 'zod'

export const SandboxStatusSchema = z
  .object({
    /** False where messages go to real providers, or where several tenants share this installation. */
    isOn: z.boolean(),
    /** Stand-ins by name: `whatsapp`, `email`, … */
    providers: z.array(z.string()),
  })
  .meta({ id: 'SandboxStatus' })
export type SandboxStatus = z.infer<typeof SandboxStatusSchema>
