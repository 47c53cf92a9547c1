// Texts of what brings workflows in, out and away.

import { exchangeEn } from './exchange-en.ts'
import { exchangePtBR } from './exchange-pt-br.ts'
import { createPageTexts } from './page-texts.ts'

export const useExchangeTexts = createPageTexts(exchangePtBR, exchangeEn)
