import type { Program } from '../sys.ts'
import { shellProgram } from '../bash.ts'
import { apt } from './apt.ts'
import { awk } from './awk/awk.ts'
import * as columns from './columns.ts'
import { comm, diff } from './diff.ts'
import * as digest from './digest.ts'
import { editor } from './editor.ts'
import * as files from './files.ts'
import { find, xargs } from './find.ts'
import { grep } from './grep.ts'
import { file, ls, stat } from './ls.ts'
import * as misc from './misc.ts'
import { curl } from './net/curl.ts'
import * as interfaces from './net/interfaces.ts'
import * as names from './net/names.ts'
import { busyboxPing, ping, traceroute } from './net/ping.ts'
import { nc, netstat, ss, tcpdump } from './net/sockets.ts'
import { busyboxWget, wget } from './net/wget.ts'
import { pager } from './pager.ts'
import * as processes from './processes.ts'
import { sed } from './sed.ts'
import * as system from './system.ts'
import * as text from './text.ts'

/** Tools that images and machines have by name and that the lab does not simulate: they say so. */
export const UNSUPPORTED: readonly string[] = ['gzip', 'tar', 'jq', 'join', 'split', 'shuf', 'expand', 'w', 'vmstat', 'mknod', 'passwd', 'ssh', 'scp', 'man', 'systemctl', 'service', 'journalctl', 'make', 'gcc', 'git', 'iptables', 'perl']

/** Every program of this room by the name that executable files carry; `-busybox` where busybox's tool is another one. */
export const shellPrograms: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['bash', shellProgram('bash')],
  ['dash', shellProgram('dash')],
  ['ash', shellProgram('ash')],
  ['sh', shellProgram('dash')],
  ['apt', apt],
  ['awk', awk],
  ['editor', editor],
  ['grep', grep],
  ['find', find],
  ['xargs', xargs],
  ['sed', sed],
  ['ls', ls],
  ['stat', stat],
  ['file', file],
  ['curl', curl],
  ['wget', wget],
  ['wget-busybox', busyboxWget],
  ['ping', ping],
  ['ping-busybox', busyboxPing],
  ['traceroute', traceroute],
  ['nc', nc],
  ['netstat', netstat],
  ['ss', ss],
  ['tcpdump', tcpdump],
  ['ip', interfaces.ip],
  ['ip-busybox', interfaces.busyboxIp],
  ['ifconfig', interfaces.ifconfig],
  ['route', interfaces.route],
  ['hostname', interfaces.hostname],
  ['nslookup', names.nslookup],
  ['nslookup-busybox', names.busyboxNslookup],
  ['dig', names.dig],
  ['getent', names.getent],
  ['id', names.id],
  ['whoami', names.whoami],
  ['groups', names.groups],
  ['users', names.users],
  ['cat', text.cat],
  ['head', text.head],
  ['tail', text.tail],
  ['wc', text.wc],
  ['tac', text.tac],
  ['rev', text.rev],
  ['nl', text.nl],
  ['tee', text.tee],
  ['sort', columns.sort],
  ['uniq', columns.uniq],
  ['cut', columns.cut],
  ['tr', columns.tr],
  ['paste', columns.paste],
  ['column', columns.column],
  ['fold', columns.fold],
  ['od', columns.od],
  ['mkdir', files.mkdir],
  ['rmdir', files.rmdir],
  ['rm', files.rm],
  ['cp', files.cp],
  ['mv', files.mv],
  ['install', files.install],
  ['ln', files.ln],
  ['touch', files.touch],
  ['chmod', files.chmod],
  ['chown', files.chown],
  ['chgrp', files.chgrp],
  ['readlink', files.readlink],
  ['realpath', files.realpath],
  ['mktemp', files.mktemp],
  ['truncate', files.truncate],
  ['ps', processes.ps],
  ['top', processes.top],
  ['htop', processes.htop],
  ['kill', processes.kill],
  ['killall', processes.killall],
  ['pgrep', processes.pgrep],
  ['pidof', processes.pidof],
  ['timeout', processes.timeout],
  ['watch', processes.watch],
  ['env', processes.env],
  ['printenv', processes.printenv],
  ['nohup', processes.nohup],
  ['time', processes.time],
  ['nice', processes.nice],
  ['setsid', processes.setsid],
  ['which', processes.which],
  ['sudo', processes.sudo],
  ['su', processes.su],
  ['pkill', processes.pgrep],
  ['free', system.free],
  ['date', system.date],
  ['uname', system.uname],
  ['arch', system.arch],
  ['nproc', system.nproc],
  ['uptime', system.uptime],
  ['mount', system.mount],
  ['df', system.df],
  ['du', system.du],
  ['lsblk', system.lsblk],
  ['dd', system.dd],
  ['lscpu', system.lscpu],
  ['lsof', system.lsof],
  ['sync', system.sync],
  ['true', misc.trueTool],
  ['false', misc.falseTool],
  ['echo', misc.echo],
  ['printf', misc.printf],
  ['sleep', misc.sleep],
  ['yes', misc.yes],
  ['clear', misc.clear],
  ['seq', misc.seq],
  ['tty', misc.tty],
  ['stty', misc.stty],
  ['basename', misc.basenameTool],
  ['dirname', misc.dirnameTool],
  ['unsupported', misc.unsupportedTool],
  ['test', misc.testTool],
  ['pwd', misc.pwd],
  ['expr', misc.expr],
  ['less', pager],
  ['more', pager],
  ['diff', diff],
  ['comm', comm],
  ['base64', digest.base64],
  ['md5sum', digest.md5sum],
  ['sha1sum', digest.sha1sum],
  ['sha256sum', digest.sha256sum],
  ...UNSUPPORTED.map((name): [string, Program] => [name, misc.unsupportedTool]),
])
