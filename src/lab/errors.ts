/**
 * Errors that scenarios see. Each says which call failed and how Linux names it.
 */
import type {
  Errno,
  HungTaskError as HungTaskErrorType,
  LinuxError as LinuxErrorType,
  SignalError as SignalErrorType,
} from './api.ts'

export class LinuxError extends Error implements LinuxErrorType {
  readonly errno: Errno

  constructor(call: string, errno: Errno) {
    super(`${call}: ${errno}`)
    this.name = 'LinuxError'
    this.errno = errno
  }
}

export class SignalError extends Error implements SignalErrorType {
  readonly signal: SignalErrorType['signal']
  readonly code: SignalErrorType['code']
  readonly address: bigint
  readonly done: number

  constructor(
    call: string,
    signal: SignalErrorType['signal'],
    code: SignalErrorType['code'],
    address: bigint,
    done: number,
  ) {
    super(`${call}: ${signal} (${code}) at 0x${address.toString(16)}`)
    this.name = 'SignalError'
    this.signal = signal
    this.code = code
    this.address = address
    this.done = done
  }
}

export class HungTaskError extends Error implements HungTaskErrorType {
  readonly waitsFor: string

  constructor(name: string, pid: number, waitsFor: string) {
    super(`blocked for more than 120 seconds: ${name} (${pid}) waits for ${waitsFor}`)
    this.name = 'HungTaskError'
    this.waitsFor = waitsFor
  }
}

/** A mistake in the scenario itself: a bad argument, a dead process, an unknown architecture. */
export class LabError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LabError'
  }
}

/** Thrown by skip(): ends the run without failing it. */
export class SkipRun extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'SkipRun'
  }
}
