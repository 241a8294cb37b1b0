/** `npm run format`: writes every file as prettier would have it; with `--check`, only tells which are not so. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './setup.mjs';

await ensureInstalled();
const mode = process.argv.includes('--check') ? '--check' : '--write';
const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
const args = [prettier, mode, '--log-level', 'warn', 'src', 'tests', 'scripts', '*.{ts,js,json}'];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
