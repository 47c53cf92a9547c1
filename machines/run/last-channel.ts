// Texts that go where the contact wrote last: the channel is put in when the Step is made, from what is known by then.

import { type ChannelKind, LAST_CHANNEL } from '../contracts/channel.ts'
import type { Command } from '../contracts/effect.ts'

/**
 * The command with its channel; unchanged where it names one, or where the contact never wrote.
 * @param lastInboundAt when the contact last wrote, by channel
 */
export function withLastChannel(
  command: Command,
  lastInboundAt: Record<ChannelKind, string>,
): Command {
  if (command.kind !== 'message.send_text' || command.channel !== LAST_CHANNEL) return command
  const channel = lastChannelOf(lastInboundAt)
  return channel === null ? command : { ...command, channel }
}

/** Where the contact wrote last; of the same instant the first by name, so that every replay finds the same. */
function lastChannelOf(lastInboundAt: Record<ChannelKind, string>): ChannelKind | null {
  let last: [ChannelKind, number] | null = null
  for (const kind of Object.keys(lastInboundAt).toSorted()) {
    const at = Date.parse(lastInboundAt[kind] ?? '')
    if (last === null || at > last[1]) last = [kind, at]
  }
  return last?.[0] ?? null
}
