// One HTTP exchange on undici, with a size cap and an exact answer to: may the other side have received it?

import { type Dispatcher, errors } from 'undici'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'

export interface EgressResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

export interface Exchange {
  url: URL
  method: string
  headers: Record<string, string>
  body: string | Buffer | null
  /** Aborts it, at the time limit too. */
  signal: AbortSignal
  /** Largest answer, in bytes. */
  maxBytes: number
}

/**
 * Sends one request and reads its answer; follows nothing, unpacks nothing.
 * @throws {FluxoError} EGRESS_BLOCKED, EGRESS_UNREACHABLE and REQUEST_INVALID: surely not sent;
 *   EGRESS_INTERRUPTED and EGRESS_TOO_LARGE: the other side may have received it.
 */
export function exchange(dispatcher: Dispatcher, options: Exchange): Promise<EgressResponse> {
  return new Promise((resolve, reject) => {
    const attempt = new Attempt(options, resolve, reject)
    attempt.start(dispatcher)
  })
}

/** Has a lifecycle: waiting for a connection, sent, answering, settled. */
class Attempt implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null
  private settled = false
  private response: EgressResponse = { status: 0, headers: {}, body: Buffer.alloc(0) }
  private readonly chunks: Buffer[] = []
  private received = 0
  private readonly options: Exchange
  private readonly resolve: (response: EgressResponse) => void
  private readonly reject: (error: FluxoError) => void

  constructor(
    options: Exchange,
    resolve: (response: EgressResponse) => void,
    reject: (error: FluxoError) => void,
  ) {
    this.options = options
    this.resolve = resolve
    this.reject = reject
  }

  start(dispatcher: Dispatcher): void {
    const { url, method, headers, body, signal } = this.options
    if (signal.aborted) return this.onAbort()
    signal.addEventListener('abort', this.onAbort, { once: true })
    dispatcher.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers, body },
      this,
    )
  }

  /** undici calls this right before it writes the first byte: from here on the other side may know. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.settled) return controller.abort(new Error('Given up before it was sent'))
    this.controller = controller
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: EgressResponse['headers'],
  ): void {
    this.response = { ...this.response, status, headers }
    const announced = this.options.method === 'HEAD' ? 0 : Number(headers['content-length'])
    if (announced > this.options.maxBytes) this.fail(tooLarge(this.options))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.received += chunk.length
    if (this.received > this.options.maxBytes) this.fail(tooLarge(this.options))
    else this.chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.settle(() => this.resolve({ ...this.response, body: Buffer.concat(this.chunks) }))
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, cause: Error): void {
    this.fail(isFluxoError(cause) ? cause : this.describe(cause))
  }

  private readonly onAbort = (): void => {
    this.fail(this.describe(this.options.signal.reason as Error))
  }

  private describe(cause: Error): FluxoError {
    if (cause instanceof errors.InvalidArgumentError) {
      return new FluxoError('REQUEST_INVALID', { message: cause.message, cause })
    }
    const code = this.controller ? 'EGRESS_INTERRUPTED' : 'EGRESS_UNREACHABLE'
    return new FluxoError(code, { message: `${this.options.url.host}: ${reasonOf(cause)}`, cause })
  }

  private fail(error: FluxoError): void {
    this.settle(() => {
      this.reject(error)
      this.controller?.abort(error)
    })
  }

  private settle(finish: () => void): void {
    if (this.settled) return
    this.settled = true
    this.options.signal.removeEventListener('abort', this.onAbort)
    finish()
  }
}

function tooLarge({ url, maxBytes }: Exchange): FluxoError {
  const message = `${url.host} answered more than ${maxBytes} bytes`
  return new FluxoError('EGRESS_TOO_LARGE', { message })
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'aborted'
  const { code } = cause as NodeJS.ErrnoException
  return typeof code === 'string' ? code : cause.name
}
