/**
 * What changed in mm/oom_kill.c over the years, as data. The texts of 6.1 were read in its source; those of other versions
 * are recalled.
 */
export interface OomStyle {
  /** Until 5.1 a child with an mm of its own died in place of the chosen process. */
  sacrificesChild: boolean
  /** Of two with the same score: the one that comes later in the list of processes. */
  lastOfEqual: boolean
  /** "Tasks state" before the list, and the line "oom-kill:constraint=…" after it (since 4.20). */
  tasksState: boolean
  /** Digits of a pid in the list. */
  pidWidth: 5 | 7
  /** rss_anon, rss_file and rss_shmem beside rss (since 6.8). */
  rssParts: boolean
  /** shmem-rss in what is said of the victim (since 4.7). */
  shmemRss: boolean
  /** UID, pgtables and oom_score_adj of the victim (since 5.4). */
  pgtables: boolean
  /** oom_reaper says what it left (since 4.6). */
  reaper: boolean
  /** check_mm names the rss counter that is not zero; before 5.4 it gave its number. */
  rssNames: boolean
}
