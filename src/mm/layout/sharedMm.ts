/**
 * An mm_struct of a kernel whose units disagree about its layout. Fields that the struct has live in its bytes; what the
 * trace and scenarios are told of a field is what the unit sees that allocated it.
 */
import { FIELDS, KIND } from '../../trace/schema.ts'
import type { Recorder } from '../../trace/recorder.ts'
import { MmStruct, type MmHost } from '../mmStruct.ts'
import type { VmaRules } from '../vmaContext.ts'
import { AliasedLock } from './aliasedLock.ts'
import { MmImage } from './image.ts'
import type { StructLayout, UnitLayout } from '../../trace/layout/struct.ts'
import { UNITS, type UnitName } from './units.ts'

/** Who writes a field; the rest is mm/mmap.c's. */
const OWNERS: Readonly<Record<string, UnitName>> = {
  nr_ptes: UNITS.memory,
  nr_pmds: UNITS.memory,
  pgtables_bytes: UNITS.memory,
  mm_users: UNITS.fork,
  mm_count: UNITS.fork,
  pgd: UNITS.fork,
}
const NOT_IN_IMAGE = new Set(['pgd'])
const LIST_HEADS = ['mmlist', 'wait_list']

export class SharedMm extends MmStruct {
  readonly image: MmImage
  /** Slot in the image by field of FIELDS.mm, −1: kept outside. */
  private readonly slotOf: Int16Array
  /** FIELDS.mm number by slot, −1: a lock or a list. */
  private readonly fieldOf: Int16Array
  private readonly ownerOf: UnitLayout[]
  /** The unit whose code runs, null: the one that owns the field. */
  private unit: UnitLayout | null = null
  override readonly mmapLock: AliasedLock
  private locker: UnitName = UNITS.mmap

  constructor(
    trace: Recorder,
    id: number,
    cpus: number,
    rules: VmaRules,
    host: MmHost,
    layout: StructLayout,
  ) {
    super(trace, id, cpus, rules, host)
    this.image = new MmImage(layout, id)
    this.mmapLock = new AliasedLock(host.points, this)
    this.slotOf = Int16Array.from(FIELDS.mm, (name) => (NOT_IN_IMAGE.has(name) ? -1 : this.image.slot(name)))
    this.fieldOf = Int16Array.from(layout.fields, ({ name }) =>
      NOT_IN_IMAGE.has(name) ? -1 : (FIELDS.mm as readonly string[]).indexOf(name),
    )
    this.ownerOf = FIELDS.mm.map((name) => this.unitNamed(OWNERS[name] ?? UNITS.mmap))
    this.initialise()
  }

  override seenBy<T>(unit: UnitName, work: () => T): T {
    const outer = this.unit
    this.unit = this.unitNamed(unit)
    try {
      return work()
    } finally {
      this.unit = outer
    }
  }

  override lockedBy<T>(unit: UnitName, work: () => T): T {
    const outer = this.locker
    this.locker = unit
    try {
      return work()
    } finally {
      this.locker = outer
    }
  }

  /** The unit whose code takes locks now. */
  get lockingUnit(): UnitName {
    return this.locker
  }

  override get(field: number): number {
    const slot = this.slotOf[field]
    return slot < 0 ? super.get(field) : this.image.read(this.unit ?? this.ownerOf[field], slot)
  }

  override set(field: number, value: number): void {
    const slot = this.slotOf[field]
    if (slot < 0) super.set(field, value)
    else this.write(this.unit ?? this.ownerOf[field], slot, value)
  }

  override add(field: number, delta: number): void {
    this.set(field, this.get(field) + delta)
  }

  unitNamed(name: UnitName): UnitLayout {
    const { units } = this.image.layout
    return units.find(({ unit }) => unit === name) ?? units[0]
  }

  /** A store by the code of one unit, into whatever lies at its offset. */
  write(unit: UnitLayout, slot: number, value: number): void {
    const { image } = this
    const [first] = image.layout.units
    const at = unit.offsets[slot]
    if (at < 0) return
    const { bytes } = image.layout.fields[slot]
    const hit = image.overlapping(first, at, bytes)
    const before = hit.map((other) => image.read(first, other))
    image.write(unit, slot, value)
    hit.forEach((other, i) => this.changed(unit, slot, other, before[i]))
  }

  /** Field `hit` of the allocating unit may have another value now; another field than the one meant is a corruption. */
  private changed(unit: UnitLayout, meant: number, hit: number, before: number): void {
    const { image, trace } = this
    const now = image.read(image.layout.units[0], hit)
    if (now === before) return
    const field = this.fieldOf[hit]
    if (field >= 0) super.set(field, now)
    if (hit === meant || !trace.active) return
    const [wrote, meantName, hitName] = [
      unit.unit,
      image.layout.fields[meant].name,
      image.layout.fields[hit].name,
    ]
    trace.emit(
      KIND.FIELD_CORRUPT,
      0,
      0,
      this.id,
      trace.string(wrote),
      trace.string(meantName),
      trace.string(hitName),
      now >>> 0,
    )
  }

  /** mm_init: list heads point to themselves, everything else is 0. */
  private initialise(): void {
    const { image } = this
    const [first] = image.layout.units
    image.layout.fields.forEach(({ name, bytes }, slot) => {
      const [, list, link] = /^(?:.*\.)?(\w+)\.(next|prev)$/.exec(name) ?? []
      if (link === undefined || list === undefined || !LIST_HEADS.includes(list)) return
      const head = image.slot(name.replace(/\.(next|prev)$/, '.next'))
      if (first.offsets[slot] >= 0) image.put(first.offsets[slot], bytes, image.address(first, head))
    })
  }
}
