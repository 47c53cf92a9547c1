// Small charts for tests.

import type { ChartEdge, ChartNode } from '#machines/compile/chart.ts'

export function node(
  id: string,
  role: ChartNode['role'] = 'state',
  kind = 'whatsapp.send_text',
): ChartNode {
  return {
    id,
    kind,
    role,
    parent: null,
    label: id,
    title: { 'pt-BR': id, en: id },
    summary: '',
    icon: 'circle',
    waits: kind.startsWith('wait.'),
  }
}

export function edge(
  from: string,
  to: string,
  port = 'next',
  label: string | null = null,
): ChartEdge {
  return { id: `${from}:${port}`, from, to, port, label }
}
