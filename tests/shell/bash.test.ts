import { describe, expect, test } from 'vitest';
import { Bench } from './harness.ts';

/** Command lines and what bash prints for them; checked against bash 5.2. */
const ROWS: readonly (readonly [line: string, stdout: string, stderr?: string, code?: number])[] = [
  ['echo "a  b" \'c $x\' d\\ e', 'a  b c $x d e\n'],
  ['x=5; echo $x ${x}y "$x"', '5 5y 5\n'],
  [
    'echo $((1+2*3)) $((7/2)) $((2**10)) $((-7%3)) $((0x1f)) $((010)) $((5>3?10:20))',
    '7 3 1024 -1 31 8 10\n',
  ],
  ['echo $(( 1 / 0 ))', '', 'bash:  1 / 0 : division by 0 (error token is "0 ")\n', 1],
  [
    'x=hello; echo ${#x} ${x:1:3} ${x#he} ${x%lo} ${x/l/L} ${x//l/L} ${x^^} ${y:-def} ${y:=set} $y ${x:+alt}',
    '5 ell llo hel heLlo heLLo HELLO def set set alt\n',
  ],
  [
    's=path/to/file.tar.gz; echo ${s##*/} ${s%%.*} ${s%/*} ${s#*/}',
    'file.tar.gz path/to/file path/to to/file.tar.gz\n',
  ],
  [
    'echo {a,b}{1,2} {1..3} {01..03} x{,y}z {1..10..3}',
    'a1 a2 b1 b2 1 2 3 01 02 03 xz xyz 1 4 7 10\n',
  ],
  ['for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
  ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && break; done; echo $i', '2\n'],
  ['for ((i=0;i<3;i++)); do echo $i; done', '0\n1\n2\n'],
  ['case abc in x|a*) echo starts;; *) echo other;; esac', 'starts\n'],
  ['f() { local a=$1; echo "$a $# $@"; return 3; }; f x y; echo $?', 'x 2 x y\n3\n'],
  [
    '[[ abc =~ ^a(b)c$ ]] && echo ${BASH_REMATCH[1]}; [[ abc == a* && ! -e /nosuch ]] && echo yes',
    'b\nyes\n',
  ],
  [
    'a=(x "y z"); a+=(w); echo ${#a[@]} ${a[1]} ${a[-1]}; for e in "${a[@]}"; do echo "<$e>"; done',
    '3 y z w\n<x>\n<y z>\n<w>\n',
  ],
  ['declare -A m; m[k]=1; echo ${m[k]} ${!m[@]}', '1 k\n'],
  ['echo `echo nested $(echo deep)`', 'nested deep\n'],
  ['( exit 4 ); echo $?; { echo a; echo b; } | wc -l', '4\n2\n'],
  ['true && false || echo fallback; ! true; echo $?', 'fallback\n1\n'],
  ['echo out > /tmp/f; echo more >> /tmp/f; cat < /tmp/f', 'out\nmore\n'],
  ['{ echo o; echo e >&2; } 2>&1 | sort', 'e\no\n'],
  ['{ echo o; echo e >&2; } 2>/dev/null', 'o\n'],
  ['cat <<EOF\n$((1+1)) $(echo sub)\nEOF', '2 sub\n'],
  ["cat <<'EOF'\n$x\nEOF", '$x\n'],
  ['cat <<-EOF\n\tindented\n\tEOF', 'indented\n'],
  ['cat <<< "here $((2))"', 'here 2\n'],
  ['paste -d, <(echo 1) <(echo 2)', '1,2\n'],
  ['while read a b; do echo "[$a][$b]"; done <<< "one two three"', '[one][two three]\n'],
  ["printf '%s-%d-%05.2f|%x|%-4s|\\n' abc 42 3.14159 255 hi", 'abc-42-03.14|ff|hi  |\n'],
  ['set -- a b c; shift; echo $1 $# "$*"', 'b 2 b c\n'],
  ['x=$(exit 7); echo $?', '7\n'],
  ['echo "${undefined:?must be set}"', '', 'bash: undefined: must be set\n', 1],
  ['nosuchcmd', '', 'bash: nosuchcmd: command not found\n', 127],
  ['/etc', '', 'bash: /etc: Is a directory\n', 126],
  ['./nosuch', '', 'bash: ./nosuch: No such file or directory\n', 127],
  ['echo )', '', "bash: syntax error near unexpected token `)'\n", 2],
  ['echo "open', '', 'bash: unexpected EOF while looking for matching `"\'\n', 2],
  ['cd /nosuch', '', 'bash: cd: /nosuch: No such file or directory\n', 1],
  ['cat < /nosuch', '', 'bash: /nosuch: No such file or directory\n', 1],
  [
    'docker [container|image|volume] prune',
    '',
    'bash: docker: command not found\nbash: image: command not found\nbash: volume]: command not found\n',
    127,
  ],
  ['sleep 1 & wait; echo $?', '0\n'],
  ['{ sleep 1; exit 3; } & wait $!; echo $?', '3\n'],
  ["trap 'echo bye' EXIT; echo hi", 'hi\nbye\n'],
  ['bash -c \'echo $0 $1\' name arg; bash -c "exit 9"; echo $?', 'name arg\n9\n'],
  ["printf '#!/bin/sh\\necho script $1\\n' > /tmp/s; chmod +x /tmp/s; /tmp/s arg", 'script arg\n'],
  ['echo a \\\n b # comment', 'a b\n'],
];

describe('command lines', () => {
  test.each(ROWS.map(([line, stdout, stderr = '', code = 0]) => ({ line, stdout, stderr, code })))(
    '$line',
    ({ line, stdout, stderr, code }) => {
      expect(new Bench().run(line)).toEqual({ stdout, stderr, code });
    },
  );
});

test('folder, variables and functions last from one line to the next', () => {
  const bench = new Bench();
  bench.run('cd /tmp; x=kept; f() { echo "f $x"; }');
  expect(bench.run('pwd; f').stdout).toBe('/tmp\nf kept\n');
});

test('a function that calls itself for ever ends with a message', () => {
  const ran = new Bench().run('f() { f; }; f');
  expect(ran.stderr).toMatch(/f: maximum function nesting level exceeded/);
});

test('a pipeline flows while its first command still runs, and ends it', () => {
  const bench = new Bench();
  const ran = bench.run('yes | head -2');
  expect(ran).toEqual({ stdout: 'y\ny\n', stderr: '', code: 0 });
  expect(bench.machine.kernel.processes()).toEqual([]);
});

test('an endless loop takes virtual time and can be ended', () => {
  const bench = new Bench();
  const ran = bench.run('while :; do :; done', '', 50);
  expect(ran.code).toBe(-1);
  expect(bench.world.nowMs).toBeGreaterThanOrEqual(50);
});

test('a user may not write what is not his', () => {
  const bench = new Bench({
    name: 'kevin',
    uid: 1000,
    gid: 1000,
    home: '/home/kevin',
    groups: ['sudo'],
  });
  expect(bench.run('echo x > /etc/motd').stderr).toBe('bash: /etc/motd: Permission denied\n');
  expect(bench.run('sudo sh -c "echo x > /etc/motd"; cat /etc/motd').stdout).toBe('x\n');
});
