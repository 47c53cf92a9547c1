// Texts of the editor's draft: how it is kept, and what can be undone.

import { createPageTexts } from './page-texts.ts'

export const editorPtBR = {
  // ── how the draft is kept ──
  save: {
    saved: 'Salvo',
    savedAt: 'Salvo {when}',
    saving: 'Salvando…',
    offline: 'Sem conexão: guardado neste navegador',
    refused: 'Não foi salvo',
    conflict: 'Conflito',
    conflictText: 'Outra pessoa salvou este fluxo enquanto você editava.',
    readonly: 'Somente leitura',
    retry: 'Tentar agora',
  },
  // ── undo ──
  undo: {
    undo: 'Desfazer',
    redo: 'Refazer',
    undoStep: 'Desfazer: {step}',
    redoStep: 'Refazer: {step}',
    keys: 'Ctrl Z',
    redoKeys: 'Ctrl Shift Z',
  },
  /** What a step did, by the label that it was made with. */
  step: {
    other: 'alteração',
    inserted: 'estado inserido',
    removed: 'remoção',
    duplicated: 'cópia ao lado',
    connected: 'ligação',
    moved: 'mudança de lugar',
    placed: 'posição no desenho',
    tidied: 'desenho organizado',
    grouped: 'grupo criado',
    ungrouped: 'grupo desfeito',
    cut: 'recorte',
    pasted: 'colagem',
    renamed: 'outro nome',
    typed: 'digitação',
    retriggered: 'outro início',
    fixed: 'correção',
    fix: 'correção',
    fixAll: 'correções',
    join: 'junção com a outra versão',
    proposal: 'proposta aplicada',
    theirs: 'versão de outra pessoa',
    restored: 'alterações que não tinham sido salvas',
  },
} as const

export const editorEn = {
  save: {
    saved: 'Saved',
    savedAt: 'Saved {when}',
    saving: 'Saving…',
    offline: 'No connection: kept in this browser',
    refused: 'Not saved',
    conflict: 'Conflict',
    conflictText: 'Somebody else saved this workflow while you were editing.',
    readonly: 'Read only',
    retry: 'Try now',
  },
  undo: {
    undo: 'Undo',
    redo: 'Redo',
    undoStep: 'Undo: {step}',
    redoStep: 'Redo: {step}',
    keys: 'Ctrl Z',
    redoKeys: 'Ctrl Shift Z',
  },
  step: {
    other: 'change',
    inserted: 'state inserted',
    removed: 'removal',
    duplicated: 'copy beside it',
    connected: 'connection',
    moved: 'change of place',
    placed: 'position on the drawing',
    tidied: 'drawing tidied',
    grouped: 'group made',
    ungrouped: 'group taken apart',
    cut: 'cut',
    pasted: 'paste',
    renamed: 'another name',
    typed: 'typing',
    retriggered: 'another beginning',
    fixed: 'fix',
    fix: 'fix',
    fixAll: 'fixes',
    join: 'joining with the other version',
    proposal: 'proposal applied',
    theirs: 'version of somebody else',
    restored: 'changes that had not been saved',
  },
} as const

export const useEditorTexts = createPageTexts(editorPtBR, editorEn)

/** The key of what a step did; of one that has no words yet, the general one. */
export function stepKey(label: string): `step.${keyof (typeof editorPtBR)['step']}` {
  const name = label.replace(/^edit\./u, '')
  const isKnown = Object.hasOwn(editorPtBR.step, name)
  return `step.${isKnown ? (name as keyof (typeof editorPtBR)['step']) : 'other'}`
}
