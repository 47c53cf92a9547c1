// Loaded into the server before it starts: when the start script is killed hard, the server ends in good order.

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// The channel says only that the parent lives; it must not keep this process alive.
process.channel?.unref()
