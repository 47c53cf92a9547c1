// Styles written where they count: mail readers drop style sheets. What cannot be written there, such as media queries,
// stays in the sheet.

/** Writes the rules of style sheets into the elements; a letter without any is left as it is. */
export async function inlineCss(html: string): Promise<string> {
  if (!/<style[\s>]/i.test(html)) return html
  // Loaded with the first letter that needs it: a process may never send one.
  const { default: juice } = await import('juice')
  return juice(html, { applyWidthAttributes: false, applyHeightAttributes: false })
}
