/** A record that cannot be read or replayed; the message names the file and the place in it. */
export class RecordError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RecordError'
  }
}
