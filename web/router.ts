// Who may go where: signed in or not.

import { createRouter, createWebHistory } from 'vue-router'
import type { RouteLocationRaw, Router } from 'vue-router'
import { ROUTES } from './routes.ts'
import { safeTarget } from './router-target.ts'
import { settleSession } from './state/session.ts'
import type { SessionStore } from './state/session.ts'

export function signInRoute(to: string): RouteLocationRaw {
  return { name: 'sign-in', query: to === '/' || to === '/workflows' ? {} : { to } }
}

export function createAppRouter(session: SessionStore): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: ROUTES,
  })

  router.beforeEach(async (to) => {
    const signedIn = await settleSession(session).catch(() => undefined)
    if (to.meta['public'] === true) return signedIn ? safeTarget(to.query['to']) : true
    return signedIn === null ? signInRoute(to.fullPath) : true
  })
  return router
}
