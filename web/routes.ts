// Every page and its address. What is selected on a page is part of the address too.

import type { RouteRecordRaw } from 'vue-router'
import SignInPage from './pages/SignInPage.vue'
import WorkflowsPage from './pages/WorkflowsPage.vue'

export const ROUTES: RouteRecordRaw[] = [
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
  {
    path: '/workflows/:id/edit/:nodeId?',
    name: 'workflow-edit',
    component: () => import('./pages/EditorPage.vue'),
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
    path: '/intelligence',
    name: 'intelligence',
    component: () => import('./pages/AiSettingsPage.vue'),
  },
  {
    path: '/templates',
    name: 'templates',
    component: () => import('./pages/TemplatesPage.vue'),
    children: [{ path: ':id', name: 'template', component: { render: () => null } }],
  },
  { path: '/sources', name: 'sources', component: () => import('./pages/SourcesPage.vue') },
  {
    path: '/emails',
    name: 'emails',
    component: () => import('./pages/EmailTemplatesPage.vue'),
    children: [{ path: ':id', name: 'email', component: { render: () => null } }],
  },
  { path: '/channels', name: 'channels', component: () => import('./pages/ChannelsPage.vue') },
  { path: '/sandbox', name: 'sandbox', component: () => import('./pages/SandboxPage.vue') },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('./pages/NotFoundPage.vue'),
  },
]
