// The problems of the draft for every part of the editor: listed, counted, pointed at, gone through with F8, fixed.
// EditorPage makes it once and provides it under `problemsKey`; `mark` goes around the marks that the canvas is given.

import { onKeyStroke } from '@vueuse/core'
import { computed, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { Chart, ChartNode } from '#machines/compile/chart.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { END_ID, TRIGGER_ID } from '../canvas/route.ts'
import { nodeTitle } from '../canvas/words.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { useCheckerTexts } from '../i18n/checker-texts.ts'
import { useTexts } from '../i18n/i18n.ts'
import type { NeededKey } from '../state/inject.ts'
import type { Checker, Trouble } from './checking.ts'
import {
  countProblems,
  groupProblems,
  placeOfProblem,
  problemBeside,
  type ProblemGroup,
} from './problem-groups.ts'
import { problemKey } from './problem-key.ts'
import { type FixOutcome, useFixing } from './use-fixing.ts'
import { useProblemPointing } from './use-problem-pointing.ts'

export interface Problems {
  readonly groups: ComputedRef<readonly ProblemGroup[]>
  readonly counts: ComputedRef<{ errors: number; warnings: number }>
  /** Nobody has looked at the draft yet. */
  readonly isUnknown: ComputedRef<boolean>
  readonly trouble: Readonly<Ref<Trouble | null>>
  /** Looks at the draft once more. */
  again(): void
  titleOf(nodeId: string | null): string
  /** Marks of a drawing with the errors in it, and with the way that is pointed at. */
  mark(marks: ChartMarks, chart: Chart): ChartMarks
  /** State to bring into view; null: none. */
  readonly follow: ComputedRef<string | null>
  /** Key of the problem whose way stays pointed at. */
  readonly kept: ComputedRef<string | null>
  /** Where the kept problem stands in the list, from 1; 0: none is kept. */
  readonly position: ComputedRef<number>
  /** Counts how often F8 went to a problem: its row takes the focus. */
  readonly reached: Readonly<Ref<number>>
  /** What the pointer or the focus is on; null when it left. */
  regard(problem: Diagnostic | null): void
  /** Keeps a problem pointed at and goes to its field; once more lets go of it. */
  choose(problem: Diagnostic): void
  letGo(): void
  /** To the next or the previous problem. */
  go(by: 1 | -1): void
  readonly mayFix: ComputedRef<boolean>
  readonly isFixing: Readonly<Ref<boolean>>
  fix(problem: Diagnostic): Promise<void>
  fixAll(code: string): Promise<void>
  /** What the last fix did, in words. */
  readonly said: Readonly<Ref<string>>
}

export const problemsKey: NeededKey<Problems> = Symbol('problems')

export interface ProblemsInput {
  draft: Draft
  checker: Checker
  /** Shows the list, when F8 is pressed while it is closed. */
  open: () => void
  /** Goes to the field of a problem whose state has been selected. */
  show: (problem: Diagnostic) => void
}

export function useProblems({ draft, checker, open, show }: ProblemsInput): Problems {
  const pointing = useProblemPointing(draft, checker)
  const groups = computed(() => groupProblems(checker.checked.value.diagnostics))
  return {
    groups,
    counts: computed(() => countProblems(checker.checked.value.diagnostics)),
    isUnknown: computed(() => checker.checked.value.ms === 0 && checker.trouble.value === null),
    trouble: checker.trouble,
    again: checker.again,
    titleOf: useTitles(checker, pointing.ends),
    mark: pointing.mark,
    follow: pointing.follow,
    regard: pointing.regard,
    letGo: () => pointing.keep(null),
    ...useWalking({ draft, open, show, pointing, groups }),
    ...useTelling(useFixing(draft, checker)),
  }
}

function useTitles({ checked }: Checker, ends: Ref<ReadonlySet<string>>): Problems['titleOf'] {
  const { t: shared, named, locale } = useTexts()
  const t = useCheckerTexts()
  /** Looked up once for each state; one that changed is another object. */
  const titleIn = computed(() => {
    const words = { t: shared, named, locale: locale.value }
    const known = new WeakMap<ChartNode, string>()
    return (node: ChartNode): string => {
      const title = known.get(node) ?? nodeTitle(node, words)
      known.set(node, title)
      return title
    }
  })
  /** The same as before where no title changed: then no row is made anew. */
  const titles = computed((before?: ReadonlyMap<string, string>) => {
    const { nodes } = checked.value.chart
    const now = new Map(nodes.map((node) => [node.id, titleIn.value(node)]))
    const isSame = before?.size === now.size && [...now].every(([id, is]) => before.get(id) === is)
    return isSame ? before : now
  })
  return (nodeId) => {
    if (nodeId === null) return t('checker.inWorkflow')
    if (nodeId === TRIGGER_ID) return t('checker.inTrigger')
    const isEnd = ends.value.has(nodeId) || nodeId === END_ID
    return titles.value.get(nodeId) ?? (isEnd ? shared('canvas.end') : nodeId)
  }
}

interface WalkingInput extends Pick<ProblemsInput, 'draft' | 'open' | 'show'> {
  pointing: ReturnType<typeof useProblemPointing>
  groups: Problems['groups']
}

type Walking = Pick<Problems, 'kept' | 'position' | 'reached' | 'choose' | 'go'>

function useWalking({ draft, open, show, pointing, groups }: WalkingInput): Walking {
  const listed = computed(() => groups.value.flatMap(({ problems }) => problems))
  const kept = computed(() => (pointing.kept.value ? problemKey(pointing.kept.value) : null))
  const reached = ref(0)

  function keep(problem: Diagnostic): void {
    pointing.keep(problem)
    const place = placeOfProblem(problem)
    if (place !== null) draft.select([place])
  }

  function go(by: 1 | -1): void {
    const problem = problemBeside(listed.value, pointing.kept.value, by)
    if (!problem) return
    open()
    keep(problem)
    reached.value += 1
  }

  onKeyStroke('F8', (event) => {
    if (window.document.querySelector('[role="dialog"]') !== null) return
    event.preventDefault()
    go(event.shiftKey ? -1 : 1)
  })

  return {
    kept,
    position: computed(() =>
      pointing.kept.value ? listed.value.indexOf(pointing.kept.value) + 1 : 0,
    ),
    reached,
    choose: (problem) => {
      if (kept.value === problemKey(problem)) return pointing.keep(null)
      keep(problem)
      show(problem)
    },
    go,
  }
}

type Telling = Pick<Problems, 'mayFix' | 'isFixing' | 'fix' | 'fixAll' | 'said'>

function useTelling({ fix, fixAll, isFixing, mayFix }: ReturnType<typeof useFixing>): Telling {
  const t = useCheckerTexts()
  const said = ref('')

  async function tell(outcome: Promise<FixOutcome>): Promise<void> {
    said.value = ''
    const done = await outcome
    if (done.kind === 'fixed') said.value = t('checker.fixed', { count: done.count }, done.count)
    else said.value = t(done.kind === 'gone' ? 'checker.outdated' : 'checker.unfixed')
  }

  return {
    mayFix,
    isFixing,
    said,
    fix: (problem) => tell(fix(problem)),
    fixAll: (code) => tell(fixAll(code)),
  }
}
