import type { Program } from '../sys.ts'
import { shellProgram } from '../bash.ts'
import { apt } from './apt.ts'
import { editor } from './editor.ts'
import * as misc from './misc.ts'
import * as text from './text.ts'

/** Every program of this room by the name that executable files carry. */
export const shellPrograms: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['bash', shellProgram('bash')],
  ['dash', shellProgram('dash')],
  ['ash', shellProgram('ash')],
  ['sh', shellProgram('dash')],
  ['apt', apt],
  ['editor', editor],
  ['cat', text.cat],
  ['head', text.head],
  ['tail', text.tail],
  ['wc', text.wc],
  ['tac', text.tac],
  ['rev', text.rev],
  ['nl', text.nl],
  ['tee', text.tee],
  ['true', misc.trueTool],
  ['false', misc.falseTool],
  ['echo', misc.echo],
  ['printf', misc.printf],
  ['sleep', misc.sleep],
  ['yes', misc.yes],
  ['clear', misc.clear],
  ['seq', misc.seq],
  ['basename', misc.basenameTool],
  ['dirname', misc.dirnameTool],
  ['tty', misc.tty],
  ['stty', misc.stty],
  ['unsupported', misc.unsupportedTool],
])
