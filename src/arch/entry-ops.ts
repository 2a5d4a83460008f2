/** EntryOps of one leaf format. One class for all architectures keeps the callers' inline caches monomorphic. */
import type { EntryOps } from './arch.ts'
import { hi32, lo32, NO_RUN, runsOf, type Run } from './bits.ts'
import { FreshEntries } from './fresh.ts'
import type { EntryFormat, Rewrite, Test } from './format.ts'
import { hardwareLook, linuxLook, type Look } from './look.ts'
import { compileRewrites, compileTest, leavesAlone, NEVER, type RewriteOp, type TestOp } from './rules.ts'
import { SwapOps } from './swap-ops.ts'
import type { Features } from './variant.ts'

export class CompiledEntry implements EntryOps {
  hi = 0
  private readonly tNone: TestOp
  private readonly tPresent: TestOp
  private readonly tYoung: TestOp
  private readonly tDirty: TestOp
  private readonly tWrite: TestOp
  private readonly tSpecial: TestOp
  private readonly tSoftDirty: TestOp
  private readonly tProtnone: TestOp
  private readonly tUffdWp: TestOp
  private readonly tCont: TestOp
  private readonly tValid: TestOp
  private readonly tUser: TestOp
  private readonly tRead: TestOp
  private readonly tHwWrite: TestOp
  private readonly tExec: TestOp
  private readonly tAccessed: TestOp
  private readonly tHwDirty: TestOp
  private readonly tGlobal: TestOp
  private readonly hwLook: Look
  private readonly swLook: Look
  private readonly fresh: FreshEntries
  private readonly rMk: RewriteOp | null
  private readonly rMkyoung: RewriteOp | null
  private readonly rMkold: RewriteOp | null
  private readonly rMkdirty: RewriteOp | null
  private readonly rMkclean: RewriteOp | null
  private readonly rMkwrite: RewriteOp | null
  private readonly rWrprotect: RewriteOp | null
  private readonly rMkspecial: RewriteOp | null
  private readonly rMkhuge: RewriteOp | null
  private readonly rSwMkyoung: RewriteOp | null
  private readonly rMksoftDirty: RewriteOp | null
  private readonly rClearSoftDirty: RewriteOp | null
  private readonly rMkuffdWp: RewriteOp | null
  private readonly rClearUffdWp: RewriteOp | null
  private readonly rMkcont: RewriteOp | null
  private readonly rMknoncont: RewriteOp | null
  private readonly rBefore: RewriteOp | null
  private readonly rAfter: RewriteOp | null
  private readonly rSetAccessed: RewriteOp | null
  private readonly rSetDirty: RewriteOp | null
  private readonly keepLo: number
  private readonly keepHi: number
  private readonly takeLo: number
  private readonly takeHi: number
  private readonly protLo = new Int32Array(16)
  private readonly protHi = new Int32Array(16)
  /** The frame number's share of the low and of the high word, flat because these are the hottest loads of all. */
  private readonly loMask: number
  private readonly loLeft: number
  private readonly loRight: number
  private readonly hiMask: number
  private readonly hiLeft: number
  private readonly hiRight: number
  private readonly fromLo: number
  private readonly fromHi: number
  /** Neither further pieces nor inverted frame numbers. */
  private readonly plain: boolean
  /** Bits any of which says that the frame number is not inverted; 0: ask. */
  private readonly upright: number
  private readonly extra: readonly Run[]
  private readonly pfnMaskLo: number
  private readonly pfnMaskHi: number
  private readonly inverted: TestOp | null
  private readonly swap: SwapOps

  constructor(format: EntryFormat, features: Features) {
    const rules = (list: readonly Rewrite[] | null | undefined) => compileRewrites(list ?? [], features)
    const test = (t: Test | undefined) => compileTest(t ?? NEVER)
    this.tNone = test(format.none)
    this.tPresent = test(format.present)
    this.tYoung = test(format.young)
    this.tDirty = test(format.dirty)
    this.tWrite = test(format.write)
    this.tSpecial = test(format.special)
    this.tProtnone = test(format.protnone)
    this.tSoftDirty = test(format.softDirty?.test)
    this.tUffdWp = test(format.uffdWp?.test)
    const cont = format.cont?.mask ?? 0n
    this.tCont = test(cont === 0n ? NEVER : { mask: cont, value: cont })
    this.rMkcont = rules(cont === 0n ? [] : [{ set: cont }])
    this.rMknoncont = rules(cont === 0n ? [] : [{ clear: cont }])
    this.tValid = test(format.hw.valid)
    this.tUser = test(format.hw.user)
    this.tRead = test(format.hw.read)
    this.tHwWrite = test(format.hw.write)
    this.tExec = test(format.hw.exec)
    this.tAccessed = test(format.hw.accessed)
    this.tHwDirty = test(format.hw.dirty)
    this.tGlobal = test(format.hw.global)
    this.hwLook = hardwareLook(format)
    this.swLook = linuxLook(format)
    this.rMk = rules(format.mk)
    this.rMkyoung = rules(format.mkyoung)
    this.rMkold = rules(format.mkold)
    this.rMkdirty = rules(format.mkdirty)
    this.rMkclean = rules(format.mkclean)
    this.rMkwrite = rules(format.mkwrite)
    this.rWrprotect = rules(format.wrprotect)
    this.rMkspecial = rules(format.mkspecial)
    this.rMkhuge = rules(format.mkhuge)
    this.rSwMkyoung = rules(format.swMkyoung)
    this.rMksoftDirty = rules(format.softDirty?.set)
    this.rClearSoftDirty = rules(format.softDirty?.clear)
    this.rMkuffdWp = rules(format.uffdWp?.set)
    this.rClearUffdWp = rules(format.uffdWp?.clear)
    this.rBefore = rules(format.modify.before)
    this.rAfter = rules(format.modify.after)
    this.rSetAccessed = rules(format.hw.setAccessed)
    this.rSetDirty = rules(format.hw.setDirty)
    this.keepLo = lo32(format.modify.keep) | 0
    this.keepHi = hi32(format.modify.keep) | 0
    this.takeLo = ~this.keepLo | lo32(format.modify.or ?? 0n)
    this.takeHi = ~this.keepHi | hi32(format.modify.or ?? 0n)
    this.protLo.set(format.prot.map(lo32))
    this.protHi.set(format.prot.map(hi32))
    const runs = runsOf(format.pfn).filter((r) => !r.valueHi)
    const a = runs.find((r) => !r.entryHi) ?? NO_RUN
    const b = runs.find((r) => r.entryHi) ?? NO_RUN
    this.loMask = a.entryMask
    this.loLeft = a.left
    this.loRight = a.right
    this.hiMask = b.entryMask
    this.hiLeft = b.left
    this.hiRight = b.right
    this.fromLo = a.valueMask
    this.fromHi = b.valueMask
    this.extra = runs.filter((r) => r !== a && r !== b)
    this.plain = this.extra.length === 0 && format.pfnInverted === undefined
    const all = runsOf(format.pfn)
    this.pfnMaskLo = all.reduce((m, r) => (r.entryHi ? m : m | r.entryMask), 0)
    this.pfnMaskHi = all.reduce((m, r) => (r.entryHi ? m | r.entryMask : m), 0)
    const separable =
      this.extra.length === 0 &&
      [this.rMk, this.rSwMkyoung, this.rMkdirty, this.rMkwrite].every((each) =>
        leavesAlone(each, this.pfnMaskLo, this.pfnMaskHi),
      )
    this.fresh = new FreshEntries(this, a, b, separable)
    this.inverted = format.pfnInverted === undefined ? null : compileTest(format.pfnInverted)
    this.upright = uprightBits(this.inverted, this.extra)
    this.swap = new SwapOps(format.swap)
  }

  isNone(lo: number, hi: number): boolean {
    return this.tNone.test(lo, hi)
  }
  isPresent(lo: number, hi: number): boolean {
    return this.tPresent.test(lo, hi)
  }
  isYoung(lo: number, hi: number): boolean {
    return this.tYoung.test(lo, hi)
  }
  isDirty(lo: number, hi: number): boolean {
    return this.tDirty.test(lo, hi)
  }
  isWrite(lo: number, hi: number): boolean {
    return this.tWrite.test(lo, hi)
  }
  isSpecial(lo: number, hi: number): boolean {
    return this.tSpecial.test(lo, hi)
  }
  isSoftDirty(lo: number, hi: number): boolean {
    return this.tSoftDirty.test(lo, hi)
  }
  isProtnone(lo: number, hi: number): boolean {
    return this.tProtnone.test(lo, hi)
  }
  isUffdWp(lo: number, hi: number): boolean {
    return this.tUffdWp.test(lo, hi)
  }
  hwValid(lo: number, hi: number): boolean {
    return this.tValid.test(lo, hi)
  }
  hwUser(lo: number, hi: number): boolean {
    return this.tUser.test(lo, hi)
  }
  hwRead(lo: number, hi: number): boolean {
    return this.tRead.test(lo, hi)
  }
  hwWrite(lo: number, hi: number): boolean {
    return this.tHwWrite.test(lo, hi)
  }
  hwExec(lo: number, hi: number): boolean {
    return this.tExec.test(lo, hi)
  }
  hwAccessed(lo: number, hi: number): boolean {
    return this.tAccessed.test(lo, hi)
  }
  hwDirty(lo: number, hi: number): boolean {
    return this.tHwDirty.test(lo, hi)
  }
  hwGlobal(lo: number, hi: number): boolean {
    return this.tGlobal.test(lo, hi)
  }

  sw(lo: number, hi: number): number {
    return this.swLook.bits(lo, hi)
  }
  hw(lo: number, hi: number): number {
    return this.hwLook.bits(lo, hi)
  }

  pfn(lo: number, hi: number): number {
    if (!this.plain && (lo & this.upright) === 0) return this.oddPfn(lo, hi)
    return (
      ((((lo & this.loMask) << this.loLeft) >>> this.loRight) |
        (((hi & this.hiMask) << this.hiLeft) >>> this.hiRight)) >>>
      0
    )
  }

  private oddPfn(lo: number, hi: number): number {
    if (this.inverted !== null && this.inverted.test(lo, hi)) {
      lo = ~lo
      hi = ~hi
    }
    const pfn =
      (((lo & this.loMask) << this.loLeft) >>> this.loRight) |
      (((hi & this.hiMask) << this.hiLeft) >>> this.hiRight)
    return (this.extra.length === 0 ? pfn : pfn | this.extraPfn(lo, hi)) >>> 0
  }

  mk(pfn: number, prot: number): number {
    let lo = (((pfn & this.fromLo) << this.loRight) >>> this.loLeft) | this.protLo[prot]!
    let hi = (((pfn & this.fromHi) << this.hiRight) >>> this.hiLeft) | this.protHi[prot]!
    if (!this.plain) {
      if (this.extra.length !== 0) {
        lo |= this.extraBits(pfn, false)
        hi |= this.extraBits(pfn, true)
      }
      if (this.inverted !== null && this.inverted.test(lo, hi)) {
        lo ^= this.pfnMaskLo
        hi ^= this.pfnMaskHi
      }
    }
    return this.run(this.rMk, lo, hi)
  }

  mkfresh(pfn: number, prot: number, dirty: boolean, write: boolean): number {
    const lo = this.fresh.make(pfn, prot, dirty, write)
    this.hi = this.fresh.hi
    return lo
  }

  modify(lo: number, hi: number, prot: number): number {
    const was = this.inverted !== null && this.inverted.test(lo, hi)
    if (this.rBefore !== null) {
      lo = this.run(this.rBefore, lo, hi)
      hi = this.hi
    }
    lo = (lo & this.keepLo) | (this.protLo[prot]! & this.takeLo)
    hi = (hi & this.keepHi) | (this.protHi[prot]! & this.takeHi)
    if (this.inverted !== null && this.inverted.test(lo, hi) !== was) {
      lo ^= this.pfnMaskLo
      hi ^= this.pfnMaskHi
    }
    return this.run(this.rAfter, lo, hi)
  }

  mkyoung(lo: number, hi: number): number {
    return this.run(this.rMkyoung, lo, hi)
  }
  mkold(lo: number, hi: number): number {
    return this.run(this.rMkold, lo, hi)
  }
  mkdirty(lo: number, hi: number): number {
    return this.run(this.rMkdirty, lo, hi)
  }
  mkclean(lo: number, hi: number): number {
    return this.run(this.rMkclean, lo, hi)
  }
  mkwrite(lo: number, hi: number): number {
    return this.run(this.rMkwrite, lo, hi)
  }
  wrprotect(lo: number, hi: number): number {
    return this.run(this.rWrprotect, lo, hi)
  }
  mkspecial(lo: number, hi: number): number {
    return this.run(this.rMkspecial, lo, hi)
  }
  mkhuge(lo: number, hi: number): number {
    return this.run(this.rMkhuge, lo, hi)
  }
  swMkyoung(lo: number, hi: number): number {
    return this.run(this.rSwMkyoung, lo, hi)
  }
  mksoftDirty(lo: number, hi: number): number {
    return this.run(this.rMksoftDirty, lo, hi)
  }
  clearSoftDirty(lo: number, hi: number): number {
    return this.run(this.rClearSoftDirty, lo, hi)
  }
  mkuffdWp(lo: number, hi: number): number {
    return this.run(this.rMkuffdWp, lo, hi)
  }
  clearUffdWp(lo: number, hi: number): number {
    return this.run(this.rClearUffdWp, lo, hi)
  }
  hwSetAccessed(lo: number, hi: number): number {
    return this.run(this.rSetAccessed, lo, hi)
  }
  hwSetDirty(lo: number, hi: number): number {
    return this.run(this.rSetDirty, lo, hi)
  }

  isCont(lo: number, hi: number): boolean {
    return this.tCont.test(lo, hi)
  }
  mkcont(lo: number, hi: number): number {
    return this.run(this.rMkcont, lo, hi)
  }
  mknoncont(lo: number, hi: number): number {
    return this.run(this.rMknoncont, lo, hi)
  }

  mkswap(type: number, offset: number): number {
    const lo = this.swap.encode(type, offset)
    this.hi = this.swap.hi
    return lo
  }

  swapType(lo: number, hi: number): number {
    return this.swap.type(lo, hi)
  }
  swapOffset(lo: number, hi: number): number {
    return this.swap.offset(lo, hi)
  }

  private run(first: RewriteOp | null, lo: number, hi: number): number {
    for (let op = first; op !== null; op = op.next) {
      if (op.when !== null && !op.when.test(lo, hi)) continue
      lo = (lo & op.keepLo) | op.setLo
      hi = (hi & op.keepHi) | op.setHi
    }
    this.hi = hi | 0
    return lo | 0
  }

  private extraPfn(lo: number, hi: number): number {
    let pfn = 0
    for (let i = 0; i < this.extra.length; i++) {
      const r = this.extra[i]!
      pfn |= (((r.entryHi ? hi : lo) & r.entryMask) << r.left) >>> r.right
    }
    return pfn
  }

  private extraBits(pfn: number, wantHi: boolean): number {
    let word = 0
    for (let i = 0; i < this.extra.length; i++) {
      const r = this.extra[i]!
      if (r.entryHi === wantHi) word |= ((pfn & r.valueMask) << r.right) >>> r.left
    }
    return word
  }
}

function uprightBits(inverted: TestOp | null, extra: readonly Run[]): number {
  return inverted === null || extra.length > 0 ? 0 : inverted.refusedBy()
}
