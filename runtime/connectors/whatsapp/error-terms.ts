// The terms in which the Cloud API's error codes are described.

/** What kind of trouble it is; later rules (stop a channel, write an opt-out, fall back) go by it. */
export type WhatsAppErrorClass =
  | 'auth'
  | 'permission'
  | 'rate'
  | 'spam'
  | 'not_delivered'
  | 'opted_out'
  | 'window_closed'
  | 'unreachable'
  | 'media'
  | 'temporary'
  | 'parameter'
  | 'template'
  | 'flow'
  | 'account'
  | 'unknown'

/** When the same send is tried again. All but `never` say that it surely was not taken. */
export type RetryRule =
  | 'never'
  /** Doubling pauses, few times. */
  | 'backoff'
  /** As `backoff`, and the whole number rests for a moment. */
  | 'number'
  /** As `number`, for the minute that an upgrade takes. */
  | 'upgrade'
  /** 4^X seconds after the Xth try: too fast from this number to this person. */
  | 'pair'

/** What has to happen before such a send can succeed. */
export type ErrorAction =
  | 'wait'
  | 'renew_token'
  | 'grant_permission'
  | 'stop_campaigns'
  | 'other_channel'
  | 'respect_opt_out'
  | 'use_template'
  | 'mark_unreachable'
  | 'fix_media'
  | 'fix_content'
  | 'fix_template'
  | 'ask_in_chat'
  | 'settle_account'
  | 'look'
