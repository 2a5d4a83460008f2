/** Calls at once for what matters, and at most once per period for what merely grows. */
export class Throttle {
  private timer: NodeJS.Timeout | null = null
  private readonly period: number
  private readonly call: () => void

  constructor(period: number, call: () => void) {
    this.period = period
    this.call = call
  }

  now(): void {
    this.cancel()
    this.call()
  }

  later(): void {
    this.timer ??= setTimeout(() => this.now(), this.period)
  }

  cancel(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }
}
