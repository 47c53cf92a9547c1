// Every page and its address. What is selected on a page is part of the address too.

import { createRouter, createWebHistory } from 'vue-router'
import type { RouteLocationRaw, Router } from 'vue-router'
import { safeTarget } from './router-target.ts'
import { settleSession } from './state/session.ts'
import type { SessionStore } from './state/session.ts'
import SignInPage from './pages/SignInPage.vue'
import WorkflowsPage from './pages/WorkflowsPage.vue'

export function signInRoute(to: string): RouteLocationRaw {
  return { name: 'sign-in', query: to === '/' || to === '/workflows' ? {} : { to } }
}

export function createAppRouter(session: SessionStore): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', redirect: '/workflows' },
      { path: '/sign-in', name: 'sign-in', component: SignInPage, meta: { public: true } },
      { path: '/workflows', name: 'workflows', component: WorkflowsPage },
      {
        path: '/workflows/:id',
        name: 'workflow',
        component: () => import('./pages/WorkflowPage.vue'),
        children: [
          { path: 'states/:nodeId', name: 'workflow-state', component: { render: () => null } },
        ],
      },
      { path: '/contacts', name: 'contacts', component: () => import('./pages/ContactsPage.vue') },
      {
        path: '/contacts/:id',
        name: 'contact',
        component: () => import('./pages/ContactPage.vue'),
      },
      {
        path: '/deliveries',
        name: 'deliveries',
        component: () => import('./pages/DeliveriesPage.vue'),
        children: [{ path: ':id', name: 'delivery', component: { render: () => null } }],
      },
      {
        path: '/:rest(.*)*',
        name: 'not-found',
        component: () => import('./pages/NotFoundPage.vue'),
      },
    ],
  })

  router.beforeEach(async (to) => {
    const signedIn = await settleSession(session).catch(() => undefined)
    if (to.meta['public'] === true) return signedIn ? safeTarget(to.query['to']) : true
    return signedIn === null ? signInRoute(to.fullPath) : true
  })
  return router
}
