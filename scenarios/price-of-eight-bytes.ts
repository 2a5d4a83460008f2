import { scenario } from 'ptlab'

/** What each way out of January 2015 would have touched, as posted. */
const POSTED = [
  { way: 'a field in every struct (4.0)', files: 1, unless: 'two-level architectures pay for it' },
  { way: 'mm_struct in a header of its own', files: 35, unless: 'given up after a day: arm and s390' },
  { way: 'CONFIG_PGTABLE_LEVELS (4.1)', files: 52, unless: 'nobody pays' },
]

export default scenario({
  title: 'The price of eight bytes',
  group: 'Who counts the tables',
  minutes: 4,
  about: `
    **How many bytes is a clean solution worth, and how many files?**

    With \`nr_pmds\` in every \`mm_struct\` an architecture of two levels carries a field that is always 0: "Adding 8 bytes to
    the mm_struct (sometimes) isn't a huge issue, but it does make the kernel just a little bit worse." The way without it
    went through the Kconfig of every architecture: 52 files.

    The scenario takes the layouts of the kernel it runs on and multiplies. It also shows what the bytes move: the lock behind
    them, and whether it still lies in one cache line.

    Look at
    - the chart: dead bytes in the whole system, against the number of processes;
    - the log: the posted series by files touched, and in which cache line \`mmap_sem\` begins and ends;
    - *Struct layout*, 4.0 against 4.1.

    Try: an architecture of your own with other levels. Then think of \`pgtables_bytes\`: what became of the eight bytes?
  `,
  machines: [
    { arch: 'sh4', kernel: '4.0' },
    { arch: 'sh4', kernel: '4.1' },
    { arch: 'arm64-64k-va42', kernel: '4.0', cpus: 4 },
    { arch: 'arm64-64k-va42', kernel: '4.1', cpus: 4 },
    { arch: 'x86_64', kernel: '4.1', cpus: 4 },
  ],

  run({ machine, expect, chart, log }) {
    const { mmStruct, arch } = machine
    const { bits, levels } = arch
    const field = mmStruct.offset('nr_pmds')
    const dead = field !== null && levels.length < 3 ? bits / 8 : 0
    for (const { way, files, unless } of POSTED) log(`${way}: ${files} files; ${unless}`)
    log(
      `${machine.arch.id}, ${machine.kernel}: nr_pmds ${field === null ? 'is not there' : `at byte ${field}`}`,
    )

    const lock = mmStruct.fields.find((name) => /^mmap_(sem|lock)\./.test(name)) ?? ''
    const parts = mmStruct.fields.filter((name) => name.startsWith(lock.split('.')[0]))
    const lines = new Set(parts.map((name) => Math.floor((mmStruct.offset(name) ?? 0) / 64)))
    log('mmap_sem begins at byte', mmStruct.offset(lock), 'and lies in', lines.size, 'cache line(s)')

    const series = chart.series('dead bytes in the system')
    for (const processes of [10, 100, 1000, 10_000, 32_768]) series.add(processes * dead, processes)

    const two = levels.length < 3
    if (machine.kernel === '4.0') expect(dead, 'every struct has the field').toBe(two ? bits / 8 : 0)
    if (machine.kernel === '4.1' && two) expect(field, 'Kconfig took it out').toBeNull()
    if (!two && machine.kernel === '4.1') expect(field === null, 'where it is needed it is there').toBe(false)

    const processes = Array.from({ length: 50 }, (_, i) => machine.spawn(`p${i}`))
    const sum = processes.reduce((bytes, { mm }) => bytes + Number(mm.field('nr_pmds')), 0)
    if (two) expect(sum, 'fifty processes, and none of them ever uses it').toBe(0)
    expect(32_768 * 8, 'a full system of 64 bits pays, in bytes').toBe(262_144)
  },
})
