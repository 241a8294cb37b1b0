/** The command line of nginx. Real: ngx_get_options in nginx src/core/nginx.c. */

export interface Options {
  readonly action: 'run' | 'test' | 'version' | 'help' | 'signal';
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
  readonly dumps: boolean;
  /** `-g`: directives beside the file. */
  readonly globals: string;
  readonly file: string;
  readonly signal: string;
}

const SIGNALS = ['stop', 'quit', 'reopen', 'reload'];

/** What the words mean, or what is wrong with them. */
export function parseArguments(argv: readonly string[]): Options | string {
  const options = {
    action: 'run' as Options['action'],
    isVerbose: false,
    isQuiet: false,
    dumps: false,
    globals: '',
    file: '/etc/nginx/nginx.conf',
    signal: '',
  };
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) return `invalid option: "${word}"`;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if ('gcspe'.includes(letter)) {
        const value = word.slice(i + 1) || words.shift();
        if (value === undefined)
          return `option "-${letter}" requires ${letter === 'g' ? 'parameter' : letter === 's' ? 'parameter' : 'file name'}`;
        if (letter === 'g') options.globals = value;
        if (letter === 'c') options.file = value;
        if (letter === 's') {
          if (!SIGNALS.includes(value)) return `invalid option: "-s ${value}"`;
          options.signal = value;
          options.action = 'signal';
        }
        break;
      }
      if (letter === '?' || letter === 'h') options.action = 'help';
      else if (letter === 'v' || letter === 'V') {
        options.action = 'version';
        options.isVerbose = letter === 'V';
      } else if (letter === 't' || letter === 'T') {
        options.action = 'test';
        options.dumps = letter === 'T';
      } else if (letter === 'q') options.isQuiet = true;
      else return `invalid option: "${letter}"`;
    }
  }
  return options;
}
