// How the web app is bundled, and where its calls go while it is being developed.

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const gateway = 'http://127.0.0.1:3000'

/** Icons that node kinds name; they are not written out in this folder, so the scan cannot find them. */
function kindIcons(): string[] {
  const files = globSync(['nodes/*.ts', 'compile/chart.ts'], { cwd: `${root}../machines` })
  const sources = files.map((file) => readFileSync(`${root}../machines/${file}`, 'utf8'))
  const names = sources.flatMap((source) => [...source.matchAll(/icon: '([a-z0-9-]+)'/g)])
  return [...new Set(names.map(([, name]) => `i-lucide-${name}`))]
}

export default defineConfig({
  root,
  plugins: [
    vue(),
    ui({
      root,
      dts: false,
      components: false,
      autoImport: false,
      experimental: { componentDetection: true },
      icon: {
        clientBundle: {
          scan: { globInclude: ['**/*.{vue,ts}'] },
          icons: kindIcons(),
          sizeLimitKb: 64,
        },
      },
      ui: {
        colors: {
          primary: 'iris',
          neutral: 'zinc',
          info: 'blue',
          success: 'green',
          warning: 'amber',
          error: 'red',
        },
        button: { slots: { base: 'cursor-pointer' } },
      },
    }),
    precompress(),
  ],
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023' },
  server: {
    proxy: {
      '/api': gateway,
      '/live': { target: gateway, ws: true },
    },
  },
})
