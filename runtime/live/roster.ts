// Who has which workflow open, as one process has heard. Everybody repeats themselves; who falls silent is gone.

import type { Editor } from '#machines/contracts/live.ts'

/** Who has said nothing for so long is gone; pages speak every 15 seconds. */
export const FORGET_MS = 40_000
const LOOK_MS = 5_000
/** As many as are told of one workflow. */
const MAX_SHOWN = 60

export interface Roster {
  /** Somebody is there, still or newly. */
  note(tenantId: string, workflowId: string, editor: Editor): void
  drop(tenantId: string, connectionId: string): void
  /** In the order in which they came. */
  peopleIn(tenantId: string, workflowId: string): Editor[]
  stop(): void
}

interface Known {
  tenantId: string
  workflowId: string
  editor: Editor
  /** Milliseconds of this process's clock. */
  heardAt: number
}

/** @param onChange told of each workflow in which somebody came, went or did something else */
export function createRoster(onChange: (tenantId: string, workflowId: string) => void): Roster {
  /** By connection. */
  const known = new Map<string, Known>()

  function drop(tenantId: string, connectionId: string): void {
    const before = known.get(connectionId)
    if (before?.tenantId !== tenantId) return
    known.delete(connectionId)
    onChange(tenantId, before.workflowId)
  }

  const looking = setInterval(() => {
    const limit = Date.now() - FORGET_MS
    for (const [connectionId, { heardAt, tenantId }] of known) {
      if (heardAt <= limit) drop(tenantId, connectionId)
    }
  }, LOOK_MS)
  looking.unref()

  return {
    note: (tenantId, workflowId, editor) => {
      const { connectionId } = editor
      const before = known.get(connectionId)
      // A connection of another tenant under the same name is nobody's business here (I9).
      if (before && before.tenantId !== tenantId) return
      const hasMoved = before !== undefined && before.workflowId !== workflowId
      if (hasMoved) drop(tenantId, connectionId)
      known.set(connectionId, { tenantId, workflowId, editor, heardAt: Date.now() })
      if (!before || hasMoved || !isSame(before.editor, editor)) onChange(tenantId, workflowId)
    },
    drop,
    peopleIn: (tenantId, workflowId) =>
      [...known.values()]
        .filter((one) => one.tenantId === tenantId && one.workflowId === workflowId)
        .slice(0, MAX_SHOWN)
        .map(({ editor }) => editor),
    stop: () => clearInterval(looking),
  }
}

function isSame(one: Editor, other: Editor): boolean {
  return (
    one.nodeId === other.nodeId &&
    one.typing === other.typing &&
    one.since === other.since &&
    one.name === other.name
  )
}
