// How a published form looks: one column, large targets, the tenant's colour, light and dark as the visitor has it.

/** @param color `#rrggbb`, checked */
export function pageStyle(color: string): string {
  const ink = isLight(color) ? '#111827' : '#ffffff'
  return `:root{--brand:${color};--ink:${ink};--line:#6b7280;--text:#111827;--soft:#4b5563;--page:#fff;--bad:#b91c1c}
@media(prefers-color-scheme:dark){:root{--line:#9ca3af;--text:#f3f4f6;--soft:#d1d5db;--page:#111827;--bad:#fca5a5}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:32rem;margin:0 auto;padding:2rem 1rem}.embedded main{padding:.25rem;max-width:none}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}.intro{color:var(--soft);margin:0 0 1.5rem;white-space:pre-line}
.field{margin:0 0 1rem}label{display:block;font-weight:500;margin-bottom:.25rem}.optional{color:var(--soft);font-weight:400}
input:not([type=checkbox]),select,textarea{width:100%;min-height:2.75rem;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--page);color:inherit;font:inherit}select{padding-inline:.5rem}
.box{display:grid;grid-template-columns:1.5rem 1fr;gap:.25rem .5rem}.box label{font-weight:400;margin:0;white-space:pre-line}.box input{width:1.25rem;height:1.25rem;margin:.15rem 0 0;accent-color:var(--brand)}.box .error{grid-column:2}
button{width:100%;min-height:3rem;border:0;border-radius:.5rem;background:var(--brand);color:var(--ink);font:inherit;font-weight:600;cursor:pointer}button[disabled]{opacity:.6}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px}[aria-invalid]{border-color:var(--bad)!important}
.error,.trouble{color:var(--bad)}.error{margin:.25rem 0 0;font-size:.875rem}.trouble{border:1px solid;border-radius:.5rem;padding:.75rem 1rem;margin-bottom:1rem}.trouble p,.trouble ul{margin:0}.trouble a{color:inherit}
.thanks{font-size:1.125rem;white-space:pre-line}.trap{position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden}`
}

/** WCAG's relative luminance: dark words on light colours. */
function isLight(color: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18
}
