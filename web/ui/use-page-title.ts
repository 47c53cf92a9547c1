// The browser tab's title.

import { watchEffect } from 'vue'

export function usePageTitle(title: () => string): void {
  watchEffect(() => {
    const words = title()
    document.title = words === '' ? 'FluxoLab' : `${words} · FluxoLab`
  })
}
