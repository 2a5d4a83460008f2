/** Histories on files that once failed, kept for ever: name, flavour, variant, steps. */
export const FILE_REGRESSIONS = [
  [
    'a range flush stepped over the second of two freed tables',
    'hugetlb',
    'arm64-4k-va48',
    [
      { kind: 'map', who: 0, slot: 2, page: 0, count: 11, cpu: 0, shared: false, write: false },
      { kind: 'touch', who: 0, slot: 2, page: 10, count: 1, cpu: 0, shared: false, write: false },
      { kind: 'map', who: 0, slot: 2, page: 0, count: 1, cpu: 0, shared: false, write: false },
    ],
  ],
] as const
