// How channels look.

export function channelIcon(channel: string): string {
  if (channel === 'whatsapp') return 'i-lucide-message-circle'
  return channel === 'email' ? 'i-lucide-mail' : 'i-lucide-radio'
}
