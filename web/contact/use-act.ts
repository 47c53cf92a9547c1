// Sends what a person asks for a contact and says that it was accepted.

import { useToast } from '@nuxt/ui/composables'
import { useMutation } from '@tanstack/vue-query'
import { actOnActor, type ActionBody } from '../api/endpoints.ts'
import { useTexts } from '../i18n/i18n.ts'

export function useAct(contactId: string, done: () => void) {
  const { t } = useTexts()
  const toast = useToast()
  return useMutation({
    mutationFn: (body: ActionBody) => actOnActor(contactId, body),
    onSuccess: (_, { action }) => {
      toast.add({ title: t(`actions.${action}.accepted`), icon: 'i-lucide-check' })
      done()
    },
  })
}
