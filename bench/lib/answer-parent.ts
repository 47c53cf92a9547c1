// A child process's side of lib/children.ts: it says that it is there, and answers one command after the other.

export type Commands = Record<string, (message: never) => object | Promise<object>>

/** Answers until the parent is gone; what goes wrong ends the process, and the parent reads why. */
export function answerParent(commands: Commands): void {
  process.on('message', (message: { command: string }) => {
    void answer(commands, message)
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({})
}

async function answer(commands: Commands, message: { command: string }): Promise<void> {
  try {
    process.send?.(await commands[message.command]?.(message as never))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  }
}
