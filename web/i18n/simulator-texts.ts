// Texts of the simulator, in both languages, loaded with it.

import { createPageTexts } from './page-texts.ts'
import { simulatorEn } from './simulator-en.ts'
import { simulatorPtBR } from './simulator-pt-br.ts'

export const useSimulatorTexts = createPageTexts(simulatorPtBR, simulatorEn)
