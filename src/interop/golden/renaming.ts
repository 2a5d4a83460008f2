/**
 * Page frame numbers up to renaming: every recorded frame stands for one simulated frame and the other way round. Zero
 * pages are the exception: some architectures have one per cache colour, the lab has one.
 */
export class Renaming {
  private readonly toActual = new Map<string, string>()
  private readonly toRecorded = new Map<string, string>()

  /** Whether the two can be the same page; remembers them when they are seen for the first time. */
  same(recorded: string, actual: string, isZero: boolean): boolean {
    const known = this.toActual.get(recorded)
    if (known !== undefined) return known === actual
    const other = this.toRecorded.get(actual)
    if (other !== undefined && !isZero) return false
    this.toActual.set(recorded, actual)
    this.toRecorded.set(actual, recorded)
    return true
  }
}
