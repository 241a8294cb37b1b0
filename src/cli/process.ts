/**
 * What the CLI uses of the machine it runs on: a process, its streams and its system calls.
 * The one place that knows where they come from.
 */
export {
  LineReader,
  SystemError,
  Terminal,
  call,
  callbackCall,
  cellWidth,
  civil,
  COOKED,
  RAW,
  connectTcp,
  connectUnix,
  headerLines,
  parseRFC3339,
  race,
  read,
  readAll,
  readResponse,
  readCall,
  sleep,
  sleepCall,
  utf8Length,
  write,
} from '../sim/index.ts'
export type { HttpWire, Process, Program, Readable, Signal, Sys, SystemCall, Writable } from '../sim/index.ts'
