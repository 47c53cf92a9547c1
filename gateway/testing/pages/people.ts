// The people of Loja Aurora as its pages show them: made up, and always the same ones.

/** What has become of somebody since the lead came in. */
export type Fate =
  | 'waits'
  | 'buys'
  | 'buys much'
  | 'fails'
  | 'is reminded'
  | 'talks to the team'
  | 'rests'
  | 'gets an e-mail'
  | 'may have got it'

export interface Person {
  name: string
  phone: string
  email: string
  tags: string[]
  message: string
  fate: Fate
  /** How long ago all of it was, as PostgreSQL reads it. */
  ago: string
}

type Row = [name: string, digits: string, fate: Fate, ago: string, tags: string[], message: string]

/** In the order in which they arrive: the last one is on top of every list. */
const ROWS: Row[] = [
  ['Otávio Figueiredo', '11977770112', 'waits', '41 hours', ['inverno'], 'Quero saber do frete'],
  ['Helena Barros', '21988880145', 'buys', '39 hours', ['promo'], 'Tem no tamanho M?'],
  ['Marcos Vinícius Lima', '31999990133', 'fails', '33 hours', [], 'Oi, vi no Instagram'],
  ['Priscila Antunes', '51988880121', 'fails', '29 hours', ['promo'], 'Qual é o preço?'],
  ['Rafael Teixeira', '71999990174', 'buys', '27 hours', [], 'Ainda tem o casaco azul?'],
  ['Camila Nogueira', '81988880182', 'buys much', '23 hours', ['vip'], 'Quero o kit completo'],
  ['Thiago Sampaio', '11966660155', 'waits', '21 hours', ['inverno'], 'Chega até sexta?'],
  ['Larissa Moura', '41999990141', 'waits', '9 hours', ['promo'], 'Aceita Pix?'],
  ['Bruno Sales', '85988880185', 'may have got it', '7 hours', [], 'Bom dia!'],
  ['Beatriz Fontes', '19999990119', 'gets an e-mail', '6 hours', ['novidades'], 'Me avisem'],
  ['Diego Carvalho', '48988880148', 'waits', '5 hours', [], 'Vocês têm loja física?'],
  ['Lia Monteiro', '27999990127', 'talks to the team', '4 hours', ['vip'], 'Preciso de ajuda'],
  [
    'Juliana Prado',
    '31988880131',
    'is reminded',
    '3 hours',
    ['inverno', 'promo'],
    'Gostei do vestido',
  ],
  ['Felipe Arruda', '62999990162', 'waits', '95 minutes', ['promo'], 'Tem desconto à vista?'],
  ['Sofia Guimarães', '92988880192', 'rests', '6 minutes', [], 'Quero receber o catálogo'],
  [
    'Ana Beatriz Rocha',
    '31999990101',
    'waits',
    '3 minutes',
    ['promo'],
    'Vi o anúncio e quero saber mais',
  ],
]

export const PEOPLE: readonly Person[] = ROWS.map(personOf)

export const PEOPLE_OF_A_LIST = `Nome;WhatsApp;E-mail;Cidade;Aceita novidades
Regina Paiva;(11) 97777-0201;regina.paiva@exemplo.com.br;São Paulo;sim
Wesley Duarte;(21) 98888-0202;wesley.duarte@exemplo.com.br;Niterói;sim
Tânia Queiroz;(31) 99999-0203;;Contagem;não
Igor Menezes;12;igor.menezes@exemplo.com.br;Recife;sim
`

function personOf([name, digits, fate, ago, tags, message]: Row): Person {
  const words = name.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').split(' ')
  const email = `${words[0]}.${words.at(-1)}@exemplo.com.br`
  return { name, phone: `+55${digits}`, email, tags, message, fate, ago }
}
