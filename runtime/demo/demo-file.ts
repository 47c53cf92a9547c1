// What a script needs to talk to the demo tenant, as DATA_DIR/demo.json and as DATA_DIR/demo.env for the shell (0600).

import { join } from 'node:path'
import { z } from 'zod'
import { readPrivateJson, writePrivateFile } from '../private-file.ts'

const DemoSchema = z.object({
  baseUrl: z.string(),
  email: z.string(),
  password: z.string(),
  tenantId: z.string(),
  leadsUrl: z.string(),
  eventsUrl: z.string(),
  sourceId: z.string(),
  sourceSecret: z.string(),
  phoneNumberId: z.string(),
  appSecret: z.string(),
  verifyToken: z.string(),
  accessToken: z.string(),
  sandboxUrl: z.string().nullable(),
})
export type Demo = z.infer<typeof DemoSchema>

/** The demo tenant of this data folder, or null before the first seeding. */
export function readDemo(dataDir: string): Demo | null {
  return DemoSchema.safeParse(readPrivateJson(join(dataDir, 'demo.json'))).data ?? null
}

export function writeDemo(dataDir: string, demo: Demo): void {
  writePrivateFile(join(dataDir, 'demo.json'), `${JSON.stringify(demo, null, 2)}\n`)
  const lines = Object.entries(demo).map(([key, value]) => `${shellName(key)}='${value ?? ''}'`)
  writePrivateFile(join(dataDir, 'demo.env'), `${lines.join('\n')}\n`)
}

/** `leadsUrl` to `LEADS_URL` */
function shellName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}
