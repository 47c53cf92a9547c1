// The addresses that a letter holds: saying no, being opened, being followed.

import type { ChoiceClaims, ClickClaims, LinkTokens, OpenClaims } from './link-token.ts'

export interface LetterLinks {
  choice(claims: ChoiceClaims): string
  open(claims: OpenClaims): string
  click(claims: ClickClaims): string
  /** True for an address of ours, which is never counted. */
  isOwn(url: string): boolean
}

/** @param publicUrl base that the outside world uses, without a slash at its end */
export function createLetterLinks(tokens: LinkTokens, publicUrl: string): LetterLinks {
  const base = `${publicUrl}/e/`
  return {
    choice: (claims) => `${base}u/${tokens.make('choice', claims)}`,
    open: (claims) => `${base}o/${tokens.make('open', claims)}`,
    click: (claims) => `${base}c/${tokens.make('click', claims)}`,
    isOwn: (url) => url.startsWith(base),
  }
}
