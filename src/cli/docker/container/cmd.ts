import { Command } from '../../cobra/command.ts';
import { containerTable as table } from './flags.ts';
import { runAttach } from './attach.ts';
import { runCommit } from './commit.ts';
import { runCp } from './cp.ts';
import { runCreate } from './create.ts';
import { runDiff } from './diff.ts';
import { runExec } from './exec.ts';
import { runExport } from './export.ts';
import { runInspect } from './inspect.ts';
import { runKill } from './kill.ts';
import { runLogs } from './logs.ts';
import { runLs } from './ls.ts';
import { runPause } from './pause.ts';
import { runPort } from './port.ts';
import { runPrune } from './prune.ts';
import { runRename } from './rename.ts';
import { runRestart } from './restart.ts';
import { runRm } from './rm.ts';
import { runRun } from './run.ts';
import { runStart } from './start.ts';
import { runStats } from './stats.ts';
import { runStop } from './stop.ts';
import { runTop } from './top.ts';
import { runUnpause } from './unpause.ts';
import { runUpdate } from './update.ts';
import { runWait } from './wait.ts';

/** `docker container`. */
export function newContainerCommand(): Command {
  return new Command({
    use: 'container',
    short: 'Manage containers',
    args: ['none'],
    flags: [],
  }).add(
    new Command(table.attach, runAttach),
    new Command(table.commit, runCommit),
    new Command(table.cp, runCp),
    new Command(table.create, runCreate),
    new Command(table.diff, runDiff),
    new Command(table.exec, runExec),
    new Command(table.export, runExport),
    new Command(table.inspect, runInspect),
    new Command(table.kill, runKill),
    new Command(table.logs, runLogs),
    new Command(table.ls, runLs),
    new Command(table.pause, runPause),
    new Command(table.port, runPort),
    new Command(table.prune, runPrune),
    new Command(table.rename, runRename),
    new Command(table.restart, runRestart),
    new Command(table.rm, runRm),
    new Command(table.run, runRun),
    new Command(table.start, runStart),
    new Command(table.stats, runStats),
    new Command(table.stop, runStop),
    new Command(table.top, runTop),
    new Command(table.unpause, runUnpause),
    new Command(table.update, runUpdate),
    new Command(table.wait, runWait),
  );
}
