// Every stand-in there is, one line each. WhatsApp's is opened by the sandbox itself, which hands its numbers on.

import { openCaptcha } from './captcha/provider.ts'
import { openEmail } from './email/provider.ts'
import { openGemini } from './gemini/provider.ts'
import { openMeta } from './meta/provider.ts'
import type { SandboxGround, SandboxProvider } from './provider.ts'
import { openTelegram } from './telegram/provider.ts'

export const PROVIDERS: readonly ((
  ground: SandboxGround,
) => SandboxProvider | Promise<SandboxProvider>)[] = [
  openEmail,
  openTelegram,
  openGemini,
  openMeta,
  openCaptcha,
]
