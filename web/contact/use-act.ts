// Sends what a person asks for a contact and says that it was accepted.

import { useMutation } from '@tanstack/vue-query'
import { actOnActor, type ActionBody } from '../api/endpoints.ts'
import { useUndo } from './use-undo.ts'

export function useAct(contactId: string, done: () => void) {
  const accepted = useUndo(contactId)
  return useMutation({
    mutationFn: (body: ActionBody) => actOnActor(contactId, body),
    onSuccess: ({ eventId }, { action }) => {
      accepted(action, eventId)
      done()
    },
  })
}
