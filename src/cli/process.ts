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
  basename,
  contentBytes,
  dirname,
  file,
  headerLines,
  normalize,
  parseRFC3339,
  race,
  read,
  readAll,
  readResponse,
  readTar,
  readCall,
  sleep,
  sleepCall,
  tarBytes,
  utf8Length,
  write,
  writeTar,
} from '../sim/index.ts'
export type { FileSystem, HttpWire, Node, Process, Program, Readable, Signal, Sys, SystemCall, TarEntry, Writable } from '../sim/index.ts'
