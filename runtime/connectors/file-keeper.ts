// Where a connector keeps files that come within an arrival, before it is accepted: a port, so that connectors know no
// database.

export interface ArrivedFile {
  /** The same file again has the same key; it is kept once. */
  key: string
  filename: string | null
  /** What its sender says that it is. */
  mimeType: string | null
  bytes: Buffer
}

export interface KeptFile {
  /** Under which it can be read; null when it was looked at and not kept. */
  mediaId: string | null
  /** What it really is. */
  mimeType: string | null
  /** Why it was not kept. */
  code: string | null
}

export interface FileKeeper {
  /**
   * Looks what the bytes really are, and keeps or refuses them.
   * @throws {FluxoError} DATABASE_UNAVAILABLE
   */
  keep(tenantId: string, file: ArrivedFile): Promise<KeptFile>
}
