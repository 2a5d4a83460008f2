/**
 * The lab API: everything a scenario can import from 'ptlab' or is handed by `run`.
 * These files hold types only. The editor shows their comments while you type.
 */
export * from './api/values.ts'
export * from './api/arch.ts'
export * from './api/policies.ts'
export * from './api/spec.ts'
export * from './api/calls.ts'
export * from './api/process.ts'
export * from './api/file.ts'
export * from './api/cpu.ts'
export * from './api/machine.ts'
export * from './api/race.ts'
export * from './api/scenario.ts'
