// Mounts the app: what it is made of is created here and handed down, nothing lives in modules.

import './styles.css'
import ui from '@nuxt/ui/vue-plugin'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import App from './App.vue'
import { createQueries } from './api/queries.ts'
import { createBrowserLive, liveKey } from './api/use-live.ts'
import { createTexts, showLocale, storedLocale } from './i18n/i18n.ts'
import { createAppRouter, signInRoute } from './router.ts'
import { createSessionStore, sessionKey } from './state/session.ts'
import { createUiStore, uiKey } from './state/ui.ts'

const locale = storedLocale()
showLocale(locale)

const session = createSessionStore()
const live = createBrowserLive()
const router = createAppRouter(session)
const queryClient = createQueries(() => session.send({ type: 'signedOut' }))

session.subscribe(({ context }) => {
  if (context.session) live.send({ type: 'start' })
  if (context.session !== null) return
  live.send({ type: 'stop' })
  queryClient.clear()
  const here = router.currentRoute.value
  if (here.meta['public'] !== true) void router.replace(signInRoute(here.fullPath))
})
live.subscribe(({ value }) => {
  if (value === 'refused') session.send({ type: 'signedOut' })
})

const texts = await createTexts(locale)

createApp(App)
  .use(router)
  .use(texts)
  .use(VueQueryPlugin, { queryClient })
  .use(ui)
  .provide(sessionKey, session)
  .provide(liveKey, live)
  .provide(uiKey, createUiStore())
  .mount('#app')
