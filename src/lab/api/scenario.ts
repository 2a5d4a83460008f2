/** What a scenario is, and what its run function gets. */
import type { Machine } from './machine.ts'
import type { Race } from './race.ts'
import type { MachineSpec } from './spec.ts'

export interface Matchers {
  toBe(expected: unknown): void
  toEqual(expected: unknown): void
  toBeGreaterThan(expected: number | bigint): void
  toBeGreaterThanOrEqual(expected: number | bigint): void
  toBeLessThan(expected: number | bigint): void
  toBeLessThanOrEqual(expected: number | bigint): void
  toBeNull(): void
  toBeTruthy(): void
  toBeFalsy(): void
  toContain(expected: unknown): void
  toMatch(expected: RegExp | string): void
  /** For functions: expects a LinuxError with this errno or a SignalError with this signal. */
  toThrow(expected?: string): void
  readonly not: Matchers
}

/** Records an expectation; a failed one does not stop the scenario. The optional message is shown with it. */
export type Expect = (actual: unknown, message?: string) => Matchers

export interface Chart {
  /** A named line; each add appends a point (x defaults to the number of points so far). */
  series(name: string): { add(y: number, x?: number): void }
}

/** Seeded random numbers: the same seed gives the same run in every host. */
export interface Random {
  /** Integer in [0, n). */
  int(n: number): number
  /** Number in [0, 1). */
  float(): number
  pick<T>(items: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
}

export interface RunContext {
  /** The first (usually only) machine. */
  machine: Machine
  expect: Expect
  log: (...values: unknown[]) => void
  chart: Chart
  random: Random
  /** Runs functions at the same time, by one schedule or by all of them. */
  race: Race
  /** Ends this run as skipped, with the reason (for machines the question does not apply to). */
  skip(reason: string): never
}

export interface ScenarioSpec {
  title: string
  /** Markdown shown beside the editor: the question, what to look at. */
  about: string
  /** Lesson group in the gallery, e.g. 'Start here'. */
  group?: string
  minutes?: number
  /** One run per machine. Default: one x86_64. */
  machines?: MachineSpec[]
  seed?: number
  run(context: RunContext): void
}

export interface Scenario extends ScenarioSpec {
  readonly kind: 'ptlab-scenario'
}

/** Declares the scenario; export it as default. */
export declare function scenario(spec: ScenarioSpec): Scenario
