// Runs before anything is painted or loaded: the theme that was chosen, and a zod that builds no
// code from strings, because the page's content security policy forbids that.
globalThis.__zod_globalConfig = { jitless: true }
try {
  const chosen = localStorage.getItem('vueuse-color-scheme') ?? 'auto'
  const dark =
    chosen === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark'
  document.documentElement.classList.toggle('dark', dark)
} catch {
  // Storage is closed to this page: the light theme stays.
}
