/** What /proc needs to know of page frames, whether those of a running machine or of a replica. */
export interface PageFacts {
  /** PAGE kind. */
  kind(frame: number): number
  /** PG flags of this very frame, head and tail included. */
  flags(frame: number): number
  /** Present entries that map it. */
  mapcount(frame: number): number
  /** First frame of the folio. */
  head(frame: number): number
}
