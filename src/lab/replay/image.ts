/**
 * A program as execve leaves it: its mappings and the pages that were touched before the first system call of interest.
 */
import { ACCESS_READ, ACCESS_WRITE } from '../../hw/walker.ts'
import type { Kernel } from '../../mm/kernel.ts'
import { doMprotect } from '../../mm/mprotect.ts'
import { doMunmap } from '../../mm/munmap.ts'
import type { Process } from '../../mm/process.ts'
import { ResidentFile } from '../../mm/residentFile.ts'
import { OK } from '../../mm/signals.ts'
import { spawnProcess } from '../../mm/spawn.ts'
import { switchTo } from '../../mm/switch.ts'
import { touchPage } from '../../mm/touch.ts'
import { newVma } from '../../mm/vmaFields.ts'
import { vmFlagsFromNames } from '../../mm/vmFlags.ts'
import { accountPages } from '../../mm/vmaRecord.ts'
import { MM } from '../../pgtable/fields.ts'
import { VM } from '../../trace/schema.ts'
import { LabError } from '../errors.ts'

/** Pages and page numbers; `flags` are the two-letter codes of smaps' VmFlags. */
export interface ImageMapping {
  start: number
  end: number
  flags: string[]
  /** Page offset in the file. */
  pgoff: number
  name: string
}

/** `anon`: its own page, by a write; `shared`: a page of the file, or the zero page, by a read. */
export interface PresentPages {
  start: number
  pages: number
  kind: 'anon' | 'shared'
}

export interface ProgramImage {
  mappings: ImageMapping[]
  present: PresentPages[]
}

/** Files of a machine by name, so that every process maps the same pages. */
export type Files = Map<string, ResidentFile>

/** Special mappings are named in brackets; heap and stack are ordinary memory. */
export function isSpecialName(name: string): boolean {
  return name.startsWith('[') && name !== '[heap]' && name !== '[stack]'
}

/**
 * setup_arg_pages: the new stack begins at STACK_TOP_MAX and is moved down to STACK_TOP where the two differ. The tables it
 * needed up there are freed again, but fragments of a page are not handed out twice.
 */
function moveStack(kernel: Kernel, process: Process): void {
  const { arch } = kernel
  const page = arch.taskPages - 1
  if (arch.taskPages === arch.mmapWindowPages || arch.initialTop > 0) return
  const { mm } = process
  const flags = VM.READ | VM.WRITE | VM.GROWSDOWN
  newVma(mm.context, mm.id, page, page + 1, flags, page, null, '')
  accountPages(mm, flags, 1)
  touchPage(kernel, process, page, ACCESS_WRITE)
  doMunmap(kernel, mm, page, page + 1)
}

/** execve and the program's start: a process with exactly these mappings and pages. @throws LabError */
export function execImage(kernel: Kernel, files: Files, image: ProgramImage): Process {
  const process = spawnProcess(kernel, 'target')
  if (process === null) throw new LabError('no memory for the first process')
  switchTo(kernel, kernel.cpus[0], process)
  moveStack(kernel, process)
  for (const mapping of image.mappings) mapIn(kernel, process, files, mapping)
  setBreak(process, image)
  for (const run of image.present) touchRun(kernel, process, run)
  for (const mapping of image.mappings) protect(kernel, process, mapping)
  return process
}

/** Read-only data that has pages of its own was writable while the program was relocated (RELRO). */
function startFlags(mapping: ImageMapping): number {
  const flags = vmFlagsFromNames(mapping.flags)
  return flags & VM.ACCOUNT ? flags | VM.WRITE : flags
}

function mapIn(kernel: Kernel, process: Process, files: Files, mapping: ImageMapping): void {
  const { mm } = process
  const flags = startFlags(mapping)
  const file = fileOf(files, mapping)
  const pgoff = file === null ? mapping.start : mapping.pgoff
  newVma(mm.context, mm.id, mapping.start, mapping.end, flags, pgoff, file, shownName(mapping, file))
  accountPages(mm, flags, mapping.end - mapping.start)
}

function fileOf(files: Files, { name, flags }: ImageMapping): ResidentFile | null {
  const special = isSpecialName(name)
  if (flags.includes('pf') || (!special && !name.startsWith('/'))) return null
  let file = files.get(name)
  if (file === undefined) {
    file = new ResidentFile(files.size + 1, name, special ? 'special' : 'shmem')
    files.set(name, file)
  }
  return file
}

function shownName({ name }: ImageMapping, file: ResidentFile | null): string {
  return file === null ? name : ''
}

function setBreak({ mm }: Process, image: ProgramImage): void {
  const heap = image.mappings.filter((mapping) => mapping.name === '[heap]')
  if (heap.length === 0) return
  mm.set(MM.start_brk, heap[0].start)
  mm.set(MM.brk, heap[heap.length - 1].end)
}

function touchRun(kernel: Kernel, process: Process, run: PresentPages): void {
  const access = run.kind === 'anon' ? ACCESS_WRITE : ACCESS_READ
  for (let page = run.start; page < run.start + run.pages; page++) {
    if (touchPage(kernel, process, page, access) !== OK)
      throw new LabError(`the program image has a page at page number ${page} that cannot be touched`)
  }
}

function protect(kernel: Kernel, { mm }: Process, mapping: ImageMapping): void {
  const flags = vmFlagsFromNames(mapping.flags)
  if (flags === startFlags(mapping)) return
  const result = doMprotect(kernel, mm, mapping.start, mapping.end, flags & (VM.READ | VM.WRITE | VM.EXEC))
  if (result < 0) throw new LabError(`the program image cannot be protected at page ${mapping.start}`)
}
