// The stand-in for the captchas: `siteverify` of reCAPTCHA, hCaptcha and Turnstile. A token says itself how it is judged:
// `pass…` is a person, `pass:0.3…` one with that score, anything else is none; each is good once.

import type { Reply, Route, SandboxRequest } from '../http.ts'
import type { SandboxGround, SandboxProvider } from '../provider.ts'
import { playScripted } from '../scripted.ts'

interface Arrival {
  at: string
  provider: string
  token: string
  ip: string | null
  success: boolean
}

/** A secret that no provider takes begins with this. */
const WRONG_SECRET = 'wrong'
const DEFAULT_SCORE = 0.9
const MOST_ARRIVALS = 10_000

/** Opens it. */
export function openCaptcha(ground: SandboxGround): SandboxProvider {
  const used = new Set<string>()
  const arrivals: Arrival[] = []
  const route = (provider: string, path: RegExp): Route => ({
    method: 'POST',
    path,
    isRaw: true,
    handle: (request) => verify(request, { ...ground, provider, used, arrivals }),
  })
  return {
    name: 'captcha',
    routes: [
      route('recaptcha', /^\/captcha\/recaptcha\/api\/siteverify$/),
      route('hcaptcha', /^\/captcha\/hcaptcha\/siteverify$/),
      route('turnstile', /^\/captcha\/turnstile\/v0\/siteverify$/),
      {
        method: 'GET',
        path: /^\/captcha\/arrivals$/,
        handle: () => ({ status: 200, body: { items: arrivals } }),
      },
    ],
  }
}

interface Verifying extends SandboxGround {
  provider: string
  used: Set<string>
  arrivals: Arrival[]
}

async function verify({ rawBody }: SandboxRequest, context: Verifying): Promise<Reply> {
  const form = new URLSearchParams(rawBody.toString())
  const { provider } = context
  return playScripted(
    context,
    { provider: 'captcha', to: form.get('remoteip') ?? '', kind: provider },
    {
      accept: () => judge(form, context),
      refuse: ({ status }) => ({
        status,
        body: { success: false, 'error-codes': ['internal-error'] },
      }),
    },
  )
}

function judge(form: URLSearchParams, { provider, used, arrivals, now }: Verifying): Reply {
  const token = form.get('response') ?? ''
  const secret = form.get('secret') ?? ''
  const problem = problemOf({ secret, token, isUsed: used.has(token), provider })
  if (problem === null) used.add(token)
  const at = new Date(now()).toISOString()
  const ip = form.get('remoteip')
  arrivals.push({ at, provider, token, ip, success: problem === null })
  if (arrivals.length > MOST_ARRIVALS) arrivals.shift()
  // Turnstile says no with a status too.
  const status = problem !== null && provider === 'turnstile' ? 400 : 200
  return { status, body: bodyOf({ problem, token, provider, at }) }
}

interface Judged {
  problem: string | null
  token: string
  provider: string
  at: string
}

function bodyOf({ problem, token, provider, at }: Judged): Record<string, unknown> {
  if (problem !== null) return { success: false, 'error-codes': [problem] }
  const score = Number(/^pass:([\d.]+)/.exec(token)?.[1] ?? DEFAULT_SCORE)
  return {
    success: true,
    challenge_ts: at,
    hostname: 'localhost',
    'error-codes': [],
    ...(provider === 'recaptcha' && !token.startsWith('pass-v2') && { score, action: 'submit' }),
  }
}

interface Asked {
  secret: string
  token: string
  isUsed: boolean
  provider: string
}

function problemOf({ secret, token, isUsed, provider }: Asked): string | null {
  if (secret === '') return 'missing-input-secret'
  if (secret.startsWith(WRONG_SECRET)) return 'invalid-input-secret'
  if (token === '') return 'missing-input-response'
  if (!token.startsWith('pass')) return 'invalid-input-response'
  if (isUsed) return provider === 'hcaptcha' ? 'already-seen-response' : 'timeout-or-duplicate'
  return null
}
