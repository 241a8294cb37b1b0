import { Command } from '../../cobra/command.ts'
import { contextTable as table } from './flags.ts'
import { runCreate } from './create.ts'
import { runExport } from './export.ts'
import { runImport } from './import.ts'
import { runInspect } from './inspect.ts'
import { runLs } from './ls.ts'
import { runRm } from './rm.ts'
import { runShow } from './show.ts'
import { runUpdate } from './update.ts'
import { runUse } from './use.ts'

/** `docker context`. */
export function newContextCommand(): Command {
  return new Command({
    use: 'context',
    short: 'Manage contexts',
    args: ['none'],
    flags: [],
  }).add(
    new Command(table.create, runCreate),
    new Command(table.export, runExport),
    new Command(table.import, runImport),
    new Command(table.inspect, runInspect),
    new Command(table.ls, runLs),
    new Command(table.rm, runRm),
    new Command(table.show, runShow),
    new Command(table.update, runUpdate),
    new Command(table.use, runUse),
  )
}
