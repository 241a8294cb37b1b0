/**
 * `--cpus 1.5` as billionths of a CPU.
 *
 * Real:     docker/cli opts/opts.go (ParseCPUs), math/big Rat.SetString
 * Left out: numerators and denominators beyond 2^53.
 */
export function parseCPUs(text: string): number {
  const fail = new Error(`failed to parse ${text} as a rational number`);
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
  if (fraction !== null) {
    const denominator = Number(fraction[2]);
    if (denominator === 0) throw fail;
    const nano = (Number(fraction[1]) * 1e9) / denominator;
    if (!Number.isInteger(nano)) throw new Error('value is too precise');
    return nano;
  }
  const decimal = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (decimal === null || `${decimal[2] ?? ''}${decimal[3] ?? ''}` === '') throw fail;
  const shift = 9 + Number(decimal[4] ?? '0');
  const digits = (decimal[2] ?? '') + (decimal[3] ?? '');
  const zeros = shift - (decimal[3] ?? '').length;
  const kept = zeros >= 0 ? digits + '0'.repeat(zeros) : digits.slice(0, zeros);
  const lost = zeros >= 0 ? '' : digits.slice(zeros);
  if (/[1-9]/.test(lost)) throw new Error('value is too precise');
  return Number(`${decimal[1] ?? ''}${kept === '' ? '0' : kept}`);
}
