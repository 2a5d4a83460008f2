/** Type codes of swap entries that are no swap (include/linux/swapops.h, 6.12, without hwpoison and device memory). */
export const MAX_SWAPFILES = 28

export const SPECIAL_SWAP_TYPES: Record<number, { name: string; meaning: string }> = {
  28: { name: 'SWP_MIGRATION_READ', meaning: 'the page is being migrated; it was readable' },
  29: {
    name: 'SWP_MIGRATION_READ_EXCLUSIVE',
    meaning: 'the page is being migrated; it was readable and belonged to this process alone',
  },
  30: { name: 'SWP_MIGRATION_WRITE', meaning: 'the page is being migrated; it was writable' },
  31: { name: 'SWP_PTE_MARKER', meaning: 'a marker (userfaultfd, poison), no page' },
}
