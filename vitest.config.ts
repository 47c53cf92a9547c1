// Three kinds of tests: `unit` is pure, `db` has the real PostgreSQL, `e2e` runs whole processes and the browser.

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const FOLDERS = '{machines,actors,runtime,gateway,migrations,web,bench,scripts}'
const NEVER = ['**/node_modules/**', '**/dist/**', 'data/**']
const WITH_POSTGRES = ['./runtime/testing/global-setup.ts']

export default defineConfig({
  test: {
    // Two cores: one file works while another waits for its database or child process.
    maxWorkers: 2,
    projects: [
      {
        plugins: [vue()],
        test: {
          name: 'unit',
          // Loading the modules anew for each file would take longer than the tests themselves.
          isolate: false,
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: [...NEVER, '**/*.db.test.ts', '**/*.e2e.test.ts'],
          testTimeout: 10_000,
          hookTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'db',
          isolate: false,
          include: [`${FOLDERS}/**/*.db.test.ts`],
          exclude: NEVER,
          globalSetup: WITH_POSTGRES,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          isolate: false,
          include: [`${FOLDERS}/**/*.e2e.test.ts`],
          exclude: NEVER,
          globalSetup: WITH_POSTGRES,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
