// Which server a channel's letters go to, and how its connection is kept from being read.

import type { OpenChannel } from '../../connector.ts'
import { textIn } from '../settings.ts'

export interface SmtpServer {
  host: string
  port: number
  /** `tls` from the first byte, `starttls` before the first word, `none` for a stand-in on this machine. */
  security: 'tls' | 'starttls' | 'none'
  user: string | null
  password: string
}

const TLS_PORT = 465
const SUBMISSION_PORT = 587

/**
 * @param instead `smtp://127.0.0.1:2525`: where every channel's server is reached instead
 * @returns a sentence with the field where something is missing
 */
export function serverOf(channel: OpenChannel, instead: string | undefined): SmtpServer | string {
  const user = textIn(channel, 'user')
  const password = channel.secrets['password'] ?? ''
  if (user !== null && password === '') return 'secrets.password: the channel has no password'
  if (instead !== undefined) return { ...standInOf(instead), user, password }
  const host = textIn(channel, 'host')
  if (host === null || !/^[\w.:-]{1,253}$/.test(host))
    return 'config.host: the channel has no SMTP server'
  const security = channel.config['security'] === 'starttls' ? 'starttls' : 'tls'
  const port = Number(channel.config['port'] ?? (security === 'tls' ? TLS_PORT : SUBMISSION_PORT))
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'config.port: must be a port'
  return { host, port, security, user, password }
}

function standInOf(address: string): Pick<SmtpServer, 'host' | 'port' | 'security'> {
  const { protocol, hostname, port } = new URL(address)
  const security = protocol === 'smtps:' ? 'tls' : 'none'
  return { host: hostname, port: Number(port) || SUBMISSION_PORT, security }
}
