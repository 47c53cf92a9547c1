// Channels, as the gateway may ask for them. All by id: @throws {FluxoError} RESOURCE_NOT_FOUND

import type {
  Channel,
  ChannelCreate,
  ChannelDeed,
  ChannelDependents,
  ChannelEdit,
  ChannelFormItem,
  SecretRotation,
} from '#machines/contracts/channels.ts'
import type { Actor } from './actor.ts'

export interface ChannelsFace {
  /** What each connector asks for to open a channel. */
  forms(): { items: ChannelFormItem[] }
  list(actor: Actor): Promise<{ items: Channel[] }>
  /**
   * Asks the provider first: what it refuses is not kept. Then it is told where to deliver.
   * @throws {FluxoError} REQUEST_INVALID with the field, ACTION_NOT_POSSIBLE when the address has a channel already
   */
  create(actor: Actor, given: ChannelCreate): Promise<Channel>
  /** @throws {FluxoError} REQUEST_INVALID with the field */
  edit(actor: Actor, id: string, edit: ChannelEdit): Promise<Channel>
  /** The former values of what rotates stay valid. @throws {FluxoError} REQUEST_INVALID with the field */
  rotate(actor: Actor, id: string, rotation: SecretRotation): Promise<Channel>
  /** Former values are valid no more. */
  finishRotation(actor: Actor, id: string): Promise<Channel>
  /** Asks the provider now; what it says is kept with the channel. */
  check(actor: Actor, id: string): Promise<Channel>
  dependents(actor: Actor, id: string): Promise<ChannelDependents>
  /** What is to leave by it waits; what comes in is taken. */
  pause(actor: Actor, id: string, deed: ChannelDeed): Promise<Channel>
  resume(actor: Actor, id: string, deed: ChannelDeed): Promise<Channel>
  /** Its secrets are forgotten; conversations stay, and what waits for it fails with that as its reason. */
  remove(actor: Actor, id: string, deed: ChannelDeed): Promise<void>
}
