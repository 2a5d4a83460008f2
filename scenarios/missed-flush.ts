import { scenario } from 'ptlab'

export default scenario({
  title: 'The flush that never came',
  group: 'TLB',
  minutes: 6,
  about: `
    **What is a TLB flush worth? Leave one out and read somebody else's mail.**

    Unmapping has an order: *unhook* the entry, *invalidate* every TLB, only then *free* the page. Here the second step
    is broken on purpose: \`machine.break({ flush: 'local' })\` lets the CPU that unmaps flush, and no other.

    1. Two threads use a page, on CPU 0 and CPU 1. Both TLBs know it.
    2. CPU 0 gives the page back. CPU 1 is not told.
    3. The page goes to another process, which stores a secret in it.
    4. CPU 1 reads its own old address.

    The same is done once properly first. A real kernel would say nothing in step 4; the lab does, in dmesg and in
    \`machine.corruptions\`.

    Look at
    - *CPU & TLB* of CPU 1 after step 2: a stale entry;
    - *Events*: \`mm_page_free\` of a frame, \`mm_page_alloc\` of the same frame, then CORRUPTION.

    Try: write instead of read in step 4. Who gets the damage?
  `,
  machines: [
    { arch: 'x86_64', cpus: 2 },
    { arch: 'arm64', cpus: 2 },
  ],

  run({ machine, expect, log, skip }) {
    const { PAGE_SIZE } = machine.arch
    if (machine.cpus < 2) skip('two CPUs are needed')
    const secret = 0x5ec2e7n
    const reader = machine.spawn('reader')
    const thread = reader.clone({ vm: true, name: 'thread' })
    const bank = machine.spawn('bank')
    // The bank's tables are made now, so that the next page it needs is the one that was given back last.
    const vault = bank.mmap({ length: 4 * PAGE_SIZE })
    bank.write(vault)
    const at = reader.mmap({ length: 2 * PAGE_SIZE })

    const give = (page: bigint): number | null => {
      machine.cpu(0).run(reader, () => reader.write(page, { value: 1 }))
      machine.cpu(1).run(thread, () => thread.read(page))
      const frame = reader.frame(page)
      machine.cpu(0).run(reader, () => reader.madvise(page, PAGE_SIZE, 'DONTNEED'))
      return frame
    }
    const take = (place: number): void => {
      const page = vault + BigInt(place * PAGE_SIZE)
      machine.cpu(0).run(bank, () => bank.write(page, { value: secret }))
    }
    const look = (page: bigint): bigint => machine.cpu(1).run(thread, () => thread.read(page))

    give(at)
    if (machine.cpu(1).tlb.lookup(at) !== null) skip('Linux has no SMP there: no kernel would tell CPU 1')
    take(1)
    expect(look(at), 'with the flush: a fresh page of zeroes').toBe(0n)
    expect(machine.corruptions).toEqual([])

    machine.break({ flush: 'local' })
    const page = at + BigInt(PAGE_SIZE)
    const frame = give(page)
    machine.break({})
    expect(machine.cpu(1).tlb.lookup(page)?.frame, 'CPU 1 was not told').toBe(frame)
    take(2)
    expect(bank.frame(vault + BigInt(2 * PAGE_SIZE)), 'the page has a new owner').toBe(frame)
    const seen = look(page)
    log('CPU 1 reads', seen, 'at an address that is not mapped any more')
    expect(seen, 'the secret of another process').toBe(secret)
    expect(reader.pte(page).present, 'though the tables map nothing there').toBe(false)
    expect(machine.corruptions.length, 'seen and said').toBe(1)
    expect(machine.dmesg.join('; ')).toMatch('BUG: CPU 1 uses')
  },
})
