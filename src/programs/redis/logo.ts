/** What old versions draw when they start. Real: redis src/asciilogo.h. */

const LINES = [
  '                _._                                                  ',
  "           _.-``__ ''-._                                             ",
  "      _.-``    `.  `_.  ''-._           Redis VERSION (00000000/0) 64 bit",
  "  .-`` .-```.  ```\\/    _.,_ ''-._                                   ",
  " (    '      ,       .-`  | `,    )     Running in standalone mode",
  " |`-._`-...-` __...-.``-._|'` _.-'|     Port: PORT",
  " |    `-._   `._    /     _.-'    |     PID: NUMBER",
  "  `-._    `-._  `-./  _.-'    _.-'                                   ",
  " |`-._`-._    `-.__.-'    _.-'_.-'|                                  ",
  " |    `-._`-._        _.-'_.-'    |           http://redis.io        ",
  "  `-._    `-._`-.__.-'_.-'    _.-'                                   ",
  " |`-._`-._    `-.__.-'    _.-'_.-'|                                  ",
  " |    `-._`-._        _.-'_.-'    |                                  ",
  "  `-._    `-._`-.__.-'_.-'    _.-'                                   ",
  "      `-._    `-.__.-'    _.-'                                       ",
  "          `-._        _.-'                                           ",
  "              `-.__.-'                                               ",
];

export function logo(version: string, port: string, pid: number): string {
  return `${LINES.join('\n').replace('VERSION', version).replace('PORT', port).replace('NUMBER', String(pid))}\n\n`;
}
