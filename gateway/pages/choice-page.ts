// The page behind a letter's "unsubscribe": one button, what one is written to for, in the contact's own language. No
// script, nothing from elsewhere; who opens it has done nothing yet.

export interface ChoicePage {
  tenantName: string
  locale: 'pt-BR' | 'en'
  isReceiving: boolean
  purposes: { name: string; granted: boolean | null }[]
}

const WORDS = {
  'pt-BR': {
    title: 'E-mails de',
    receiving: 'Você recebe e-mails nossos.',
    stopped: 'Você não recebe mais e-mails nossos.',
    leave: 'Cancelar inscrição',
    join: 'Voltar a receber',
    purposes: 'Sobre o que você quer receber',
    purposeHint: 'Vale para todos os canais, não só para o e-mail.',
    save: 'Salvar preferências',
    done: 'Pronto: sua escolha foi guardada.',
    unknown: 'Este link não é válido',
    unknownHint: 'Abra o link do e-mail mais recente que você recebeu.',
    names: {
      marketing: 'Ofertas e novidades',
      newsletter: 'Boletim informativo',
      tracking: 'Estatísticas de abertura e cliques',
    },
  },
  en: {
    title: 'E-mails from',
    receiving: 'You receive e-mails from us.',
    stopped: 'You no longer receive e-mails from us.',
    leave: 'Unsubscribe',
    join: 'Receive again',
    purposes: 'What you want to hear about',
    purposeHint: 'It holds for every channel, not for e-mail alone.',
    save: 'Save preferences',
    done: 'Done: your choice was saved.',
    unknown: 'This link is not valid',
    unknownHint: 'Open the link of the latest e-mail that you received.',
    names: {
      marketing: 'Offers and news',
      newsletter: 'Newsletter',
      tracking: 'Statistics of opens and clicks',
    },
  },
} as const

const STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:32rem;margin:0 auto;padding:3rem 1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1rem;margin:2rem 0 .25rem}
p{margin:0 0 1rem}.hint{opacity:.75;font-size:.875rem}
.done{border:1px solid currentColor;border-radius:.5rem;padding:.75rem 1rem}
button{font:inherit;min-height:2.75rem;padding:.5rem 1.25rem;border-radius:.5rem;border:1px solid currentColor;background:CanvasText;color:Canvas;cursor:pointer}
button.quiet{background:transparent;color:inherit}
:focus-visible{outline:3px solid Highlight;outline-offset:2px}
label{display:flex;gap:.75rem;align-items:center;min-height:2.75rem}input{width:1.25rem;height:1.25rem}
fieldset{border:0;margin:0;padding:0}legend{padding:0;font-weight:600;margin-top:2rem}`

/** @param isDone whether something was just chosen */
export function choicePage(
  { tenantName, locale, isReceiving, purposes }: ChoicePage,
  isDone: boolean,
): string {
  const words = WORDS[locale]
  const title = `${words.title} ${tenantName}`
  const way = isReceiving
    ? `<button name="form" value="leave">${words.leave}</button>`
    : `<button name="form" value="join" class="quiet">${words.join}</button>`
  const state = isReceiving ? words.receiving : words.stopped
  return document(
    { locale, title },
    `${isDone ? `<p class="done" role="status">${words.done}</p>` : ''}
<p>${state}</p>
<form method="post">${way}</form>
${purposes.length > 0 ? purposeForm(purposes, locale) : ''}`,
  )
}

export function unknownPage(locale: 'pt-BR' | 'en'): string {
  const { unknown, unknownHint } = WORDS[locale]
  return document({ locale, title: unknown }, `<p>${unknownHint}</p>`)
}

function purposeForm(purposes: ChoicePage['purposes'], locale: ChoicePage['locale']): string {
  const words = WORDS[locale]
  const names: Readonly<Record<string, string>> = words.names
  const boxes = purposes.map(({ name, granted }) => {
    const called = Object.hasOwn(names, name) ? names[name] : name.replaceAll('_', ' ')
    const value = escapeHtml(name)
    return `<label><input type="checkbox" name="purpose" value="${value}"${granted === true ? ' checked' : ''}>${escapeHtml(called ?? '')}</label><input type="hidden" name="known" value="${value}">`
  })
  return `<form method="post"><fieldset><legend>${words.purposes}</legend>
<p class="hint">${words.purposeHint}</p>
${boxes.join('\n')}</fieldset>
<p><button name="form" value="choices" class="quiet">${words.save}</button></p></form>`
}

function document({ locale, title }: { locale: string; title: string }, body: string): string {
  const name = escapeHtml(title)
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${name}</title><style>${STYLE}</style></head>
<body><main><h1>${name}</h1>
${body}
</main></body></html>`
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
