// `ai.classify`, `ai.reply` and `ai.extract`: one effect, at most two calls of the model, one outcome. Results are events
// like any other, so that a replay asks nobody again. Asking twice harms nobody: nothing here is ever uncertain (I5, I6).

import type { AiCommand } from '#machines/contracts/effect.ts'
import { ERROR_CODES, isFluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { DirectConnector, DirectEffect, Outcome, PerformContext } from '../connector.ts'
import { ask, type Asked } from './ask.ts'
import { classifyIntent } from './classify.ts'
import { extractStructured } from './extract.ts'
import { classifyByKeywords } from './keywords.ts'
import type { LanguageModel } from './language-model.ts'
import { generateReply } from './reply.ts'
import type { AiGround, Surroundings } from './surroundings.ts'
import type { Reading, Task } from './task.ts'

export interface GeminiParts {
  model: LanguageModel
  ground: AiGround
}

const KINDS = ['ai.classify', 'ai.reply', 'ai.extract'] as const

/** Makes the connector for what nodes ask the model. */
export function createGeminiConnector(parts: GeminiParts): DirectConnector {
  return {
    kinds: KINDS,
    needsChannel: false,
    perform: async (effect, context) => {
      const { command } = effect
      if (!isAi(command)) return failed('AI_INVALID', `${command.kind} asks no model`)
      try {
        return await perform(effect, command, { ...parts, context })
      } catch (error) {
        return broken(error)
      }
    },
  }
}

function isAi(command: DirectEffect['command']): command is AiCommand {
  return (KINDS as readonly string[]).includes(command.kind)
}

async function perform(
  effect: DirectEffect,
  command: AiCommand,
  parts: GeminiParts & { context: PerformContext },
): Promise<Outcome> {
  const given = await parts.ground.read(effect)
  const { apiKey } = given
  if (apiKey === null) return withoutModel(command)
  let task: Task
  try {
    task = taskOf(command, given)
  } catch (error) {
    return failed('AI_INVALID', `schema: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  const asked = await ask({ ...parts, effect, task, given, apiKey })
  return outcomeOf(asked, command, given)
}

function taskOf(command: AiCommand, given: Surroundings): Task {
  if (command.kind === 'ai.classify') return classifyIntent(command, given)
  return command.kind === 'ai.reply'
    ? generateReply(command, given)
    : extractStructured(command, given)
}

/** Words still route; an answer cannot be made up. */
function withoutModel(command: AiCommand): Outcome {
  const output = command.kind === 'ai.classify' ? classifyByKeywords(command) : null
  return output === null ? failed('AI_NOT_CONFIGURED') : accepted(output)
}

function outcomeOf(asked: Asked, command: AiCommand, given: Surroundings): Outcome {
  if (asked.type === 'cap') return failed('AI_CAP_REACHED')
  if (asked.type === 'read') return read(asked, command, given)
  const { reply } = asked
  if (reply.type === 'blocked') return failed('AI_BLOCKED', reasonOf(reply))
  return reply
}

function read(
  { reading, isHit }: { reading: Reading; isHit: boolean },
  command: AiCommand,
  { setup }: Surroundings,
): Outcome {
  if (reading.type === 'bad') return failed('AI_INVALID', reading.problem)
  if (reading.type === 'refused') return failed('AI_BLOCKED', reasonOf(reading))
  const { output, confidence } = reading
  // A node that names its own least judges by itself and keeps what was answered; data says nothing of how sure it is.
  const least = command.minConfidence ?? setup.minConfidence
  const isJudgedHere = command.minConfidence === null || command.kind === 'ai.extract'
  if (isJudgedHere && confidence < least) {
    return failed('AI_LOW_CONFIDENCE', `The confidence ${confidence} is below ${least}`)
  }
  const about = { by: 'gemini', model: setup.model, from_cache: isHit }
  return accepted(
    command.kind === 'ai.extract' ? { ...output, _ai: about } : { ...output, ...about },
  )
}

function reasonOf({ reason, message }: { reason: string; message: string }): string {
  return message === '' ? reason : `${reason}: ${message}`
}

function accepted(output: JsonObject): Outcome {
  return { type: 'accepted', providerMessageId: null, output }
}

type AiError =
  | 'AI_INVALID'
  | 'AI_BLOCKED'
  | 'AI_LOW_CONFIDENCE'
  | 'AI_CAP_REACHED'
  | 'AI_NOT_CONFIGURED'

function failed(code: AiError, message: string = ERROR_CODES[code].message): Outcome {
  return { type: 'failed', error: { code, message } }
}

/** Something of ours is away. */
function broken(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error)
  const code = isFluxoError(error) ? error.code : 'INTERNAL'
  return { type: code === 'SECRET_UNREADABLE' ? 'failed' : 'retry', error: { code, message } }
}
