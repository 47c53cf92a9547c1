// How the web app is bundled, and where its calls go while it is being developed.

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { pageWorker } from './page-worker.ts'
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
    pageWorker(),
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
          sizeLimitKb: 96,
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
        // Icons as high as the words beside them, at the height of one line whether or not there are words.
        button: {
          slots: { base: 'cursor-pointer' },
          variants: {
            size: { md: { base: 'min-h-8', leadingIcon: 'size-4', trailingIcon: 'size-4' } },
          },
          compoundVariants: [{ size: 'md', square: true, class: 'p-2' }],
        },
        input: {
          variants: { size: { md: { leadingIcon: 'size-4', trailingIcon: 'size-4' } } },
          compoundVariants: [{ leading: true, size: 'md', class: 'ps-8' }],
        },
        dropdownMenu: {
          variants: {
            size: {
              md: {
                item: 'gap-2',
                itemLeadingIcon: 'mt-0.5 size-4',
                itemTrailingIcon: 'mt-0.5 size-4',
              },
            },
          },
        },
        commandPalette: {
          variants: {
            size: {
              md: {
                item: 'gap-2',
                itemLeadingIcon: 'mt-0.5 size-4',
                itemTrailingIcon: 'mt-0.5 size-4',
              },
            },
          },
        },
        // As high with a number beside the words as without.
        tabs: { variants: { size: { sm: { trigger: 'h-7' } } } },
        // Nothing is written smaller than 12 pixels.
        badge: { variants: { size: { sm: { base: 'px-1.5 py-0 text-xs/4' } } } },
        kbd: { base: 'normal-case', variants: { size: { sm: 'text-xs', md: 'text-xs' } } },
        modal: { slots: { footer: 'justify-end' } },
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
  // The manifest tells a test what each page loads.
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', manifest: true },
  server: {
    proxy: {
      '/api': gateway,
      '/live': { target: gateway, ws: true },
    },
  },
})
