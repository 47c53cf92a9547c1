// Whether a person opened or followed, or a machine did: mail services load pictures ahead, filters try every link.

export interface Visit {
  method: string
  userAgent: string | undefined
  /** Seconds since the letter left. */
  ageSeconds: number
}

export type Judgement =
  /** `proxy`: a person, as far as a service that stands in between lets us see. */
  { isMachine: false; reason: 'person' | 'proxy' } | { isMachine: true; reason: string }

/** Mail services fetch on behalf of the person who opens. */
const PROXY = /GoogleImageProxy|ggpht\.com|YahooMailProxy/i
/** Apple's Mail Privacy Protection says this and nothing more, and loads every picture whether read or not. */
const APPLE_PRIVACY = /^Mozilla\/5\.0$/
const ROBOT =
  /bot\b|crawl|spider|slurp|preview|scan|monitor|headless|phantom|curl|wget|python|java\/|okhttp|go-http|axios|node-fetch|undici|libwww|httpclient|barracuda|mimecast|proofpoint|symantec|trendmicro|fortinet|sophos|fireeye|cisco|zscaler|bitdefender|microsoft office|safelinks/i
/** Nobody reads so quickly; filters do before they deliver. */
const QUICK_SECONDS = 3

/** @param kind pictures are loaded ahead by services that follow no link */
export function judgeVisit(kind: 'open' | 'click', visit: Visit): Judgement {
  const { method, userAgent = '', ageSeconds } = visit
  if (method !== 'GET' && method !== 'POST') return { isMachine: true, reason: 'method' }
  if (userAgent.trim() === '') return { isMachine: true, reason: 'no_user_agent' }
  if (ROBOT.test(userAgent)) return { isMachine: true, reason: 'robot' }
  if (kind === 'open' && APPLE_PRIVACY.test(userAgent.trim()))
    return { isMachine: true, reason: 'apple_privacy' }
  if (ageSeconds < QUICK_SECONDS) return { isMachine: true, reason: 'too_quick' }
  return { isMachine: false, reason: PROXY.test(userAgent) ? 'proxy' : 'person' }
}
