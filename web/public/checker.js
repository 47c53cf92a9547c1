// The worker beside the page. First, as `boot.js` does for the page, a zod that builds no code from strings, because the
// security policy forbids that; then the module whose address is the worker's name, and whose parts the page has loaded.
globalThis.__zod_globalConfig = { jitless: true }
import(globalThis.name).catch((error) => {
  // Out of the promise, so that the page hears of it.
  setTimeout(() => {
    throw error
  })
})
