// Texts of the page of lead sources, in both languages.

import { leadsEn } from './leads-en.ts'
import { leadsPtBR } from './leads-pt-br.ts'
import { createPageTexts } from './page-texts.ts'

export const useLeadTexts = createPageTexts(leadsPtBR, leadsEn)
