// Lint rule for the pure folders: no clock, no random numbers, no timers, no I/O. `new Date(value)` stays
// allowed, `new Date()` does not. Only names that reach the real globals count; a local `process` is fine.

import { isBuiltin } from 'node:module'

const BANNED_GLOBALS = new Set([
  'WebSocket',
  'XMLHttpRequest',
  'clearInterval',
  'clearTimeout',
  'console',
  'document',
  'fetch',
  'global',
  'globalThis',
  'localStorage',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
])

const BANNED_MEMBERS = {
  Date: new Set(['now']),
  Math: new Set(['random']),
  Temporal: new Set(['Now']),
  crypto: new Set(['getRandomValues', 'randomUUID']),
}

function nameOfMember(node) {
  if (!node.computed) return node.property.name
  return node.property.type === 'Literal' ? String(node.property.value) : undefined
}

/** What a use of a global does to purity, in words, or undefined when it is harmless. */
function findImpurity(identifier) {
  const { name, parent } = identifier
  if (BANNED_GLOBALS.has(name)) return name
  if (name === 'Date' && parent.callee === identifier) {
    if (parent.type === 'CallExpression') return 'Date()'
    if (parent.type === 'NewExpression' && parent.arguments.length === 0) return 'new Date()'
  }
  if (parent.type === 'MemberExpression' && parent.object === identifier) {
    const member = nameOfMember(parent)
    if (BANNED_MEMBERS[name]?.has(member)) return `${name}.${member}`
  }
  return undefined
}

function isTypePosition(identifier) {
  return identifier.parent.type.startsWith('TS') && identifier.parent.type !== 'TSNonNullExpression'
}

function listGlobalUses(scope) {
  const declared = [...scope.set.values()].filter((variable) => variable.defs.length === 0)
  return [...scope.through, ...declared.flatMap((variable) => variable.references)]
}

function checkSource(context, node) {
  const source = node.source?.value
  if (typeof source === 'string' && isBuiltin(source)) {
    context.report({ node, message: `This folder is pure: it may not import ${source}.` })
  }
}

const noWorld = {
  create(context) {
    return {
      ImportDeclaration: (node) => checkSource(context, node),
      ExportNamedDeclaration: (node) => checkSource(context, node),
      ExportAllDeclaration: (node) => checkSource(context, node),
      ImportExpression: (node) => checkSource(context, node),
      'Program:exit'() {
        const seen = new Set()
        for (const { identifier } of listGlobalUses(context.sourceCode.scopeManager.globalScope)) {
          if (seen.has(identifier) || isTypePosition(identifier)) continue
          seen.add(identifier)
          const impurity = findImpurity(identifier)
          if (impurity === undefined) continue
          context.report({
            node: identifier,
            message: `This folder is pure: ${impurity} belongs in runtime, pass its value in.`,
          })
        }
      },
    }
  },
}

export default { meta: { name: 'purity' }, rules: { 'no-world': noWorld } }
