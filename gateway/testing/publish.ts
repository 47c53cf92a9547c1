// Puts a workflow of the demo company to work.

import type { Line } from './line.ts'

export async function publishWorkflow(
  line: Line,
  document: { id: string; [field: string]: unknown },
): Promise<void> {
  const steps = [
    ['/api/workflows', document],
    [`/api/workflows/${document.id}/publish`, {}],
  ] as const
  for (const [path, body] of steps) {
    const answer = await line.call('POST', path, body)
    if (answer.status !== 200) {
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
  }
}
