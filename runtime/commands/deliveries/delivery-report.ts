// What became of many letters, in numbers and reasons.

import type { ReplayReply } from '#machines/contracts/deliveries.ts'
import type { JudgedLetter } from './delivery-judge.ts'
import { whyOf } from './delivery-words.ts'

export interface Report {
  total: number
  sent: number
  contacts: Set<string>
  uncertain: number
  refused: Map<string, number>
  contactGone: number
  movedOn: number
}

export function emptyReport(): Report {
  const counts = { total: 0, sent: 0, uncertain: 0, contactGone: 0, movedOn: 0 }
  return { ...counts, contacts: new Set(), refused: new Map() }
}

export function countFate(report: Report, { contactId, fate }: JudgedLetter): void {
  report.total += 1
  switch (fate.type) {
    case 'sent':
      report.sent += 1
      report.contacts.add(contactId)
      if (fate.isUncertain) report.uncertain += 1
      if (fate.hasMovedOn) report.movedOn += 1
      return
    case 'refused':
      report.refused.set(fate.code, (report.refused.get(fate.code) ?? 0) + 1)
      return
    case 'contactGone':
      report.contactGone += 1
      return
    case 'movedOn':
      report.movedOn += 1
  }
}

export function finishReport(report: Report, partial: boolean): ReplayReply {
  const refused = [...report.refused]
    .map(([code, count]) => ({ code, message: whyOf(code, code), count }))
    .toSorted((left, right) => right.count - left.count)
  return { ...report, contacts: report.contacts.size, refused, partial }
}
