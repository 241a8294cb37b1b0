/**
 * `npm run format`: mends what eslint can mend, then writes every file as prettier would have it. With `--check`, it
 * only tells which files prettier would write otherwise.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './setup.mjs';

await ensureInstalled();
const isCheck = process.argv.includes('--check');
const files = ['src', 'tests', 'scripts', '*.{ts,js,json}'];
if (!isCheck) run('node_modules/eslint/bin/eslint.js', ['.', '--fix', '--quiet']);
const prettier = [isCheck ? '--check' : '--write', '--log-level', 'warn', ...files];
process.exitCode = run('node_modules/prettier/bin/prettier.cjs', prettier);

/**
 * @param {string} file
 * @param {readonly string[]} args
 */
function run(file, args) {
  const { status } = spawnSync(process.execPath, [join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}
