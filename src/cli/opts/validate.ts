/**
 * The rules that single values of lists and maps obey.
 *
 * Real: docker/cli opts/{opts,env,hosts,throttledevice,weightdevice}.go,
 *       cli/command/container/opts.go (validateAttach, validateDeviceCgroupRule)
 */
import { parseReference, whyInvalid } from '../formatter/reference.ts';
import type { FlagCheck } from '../cobra/command.ts';
import { parseUnsigned } from '../formatter/strconv.ts';
import { ramInBytes } from '../formatter/units.ts';
import { cut } from './csv.ts';
import { isIP } from './ip.ts';
import type { ValueContext } from './value.ts';

/** Returns the value as it is kept; throws what is wrong with it. */
export function validate(check: FlagCheck, text: string, context: ValueContext): string {
  switch (check) {
    case 'attach':
      return attach(text);
    case 'env':
      return env(text, context);
    case 'label':
      return label(text);
    case 'link':
      return link(text);
    case 'ip':
      return ipAddress(text);
    case 'dnsSearch':
      return dnsSearch(text);
    case 'extraHost':
      return extraHost(text);
    case 'deviceCgroupRule':
      return deviceCgroupRule(text);
    case 'sysctl':
      return sysctl(text);
    case 'throttleBps':
      return throttle(text, true);
    case 'throttleIOps':
      return throttle(text, false);
    case 'weightDevice':
      return weightDevice(text);
    case 'genericResource':
      return genericResource(text);
    case 'tag':
      return tag(text);
    default: {
      const never: never = check;
      return never;
    }
  }
}

function tag(text: string): string {
  if (parseReference(text) === undefined) throw new Error(whyInvalid(text));
  return text;
}

function attach(text: string): string {
  const stream = text.toLowerCase();
  if (['stdin', 'stdout', 'stderr'].includes(stream)) return stream;
  throw new Error('valid streams are STDIN, STDOUT and STDERR');
}

/** A name without a value takes the value that the user's shell has. */
function env(text: string, context: ValueContext): string {
  const [name, , hasValue] = cut(text);
  if (name === '') throw new Error(`invalid environment variable: ${text}`);
  const known = context.env.get(name);
  return hasValue || known === undefined ? text : `${name}=${known}`;
}

function label(text: string): string {
  const key = cut(text)[0].replace(/^[ \t]+/, '');
  if (key === '') throw new Error(`invalid label '${text}': empty name`);
  if (/[ \t]/.test(key)) throw new Error(`label '${key}' contains whitespaces`);
  return text;
}

function link(text: string): string {
  if (text === '') throw new Error('empty string specified for links');
  if (text.split(':').length > 2) throw new Error(`bad format for links: ${text}`);
  return text;
}

function ipAddress(text: string): string {
  if (isIP(text.trim())) return text.trim();
  throw new Error(`IP address is not correctly formatted: ${text}`);
}

const DOMAIN =
  /^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*\.?\s*$/;

function dnsSearch(text: string): string {
  const domain = text.replace(/^ +| +$/g, '');
  if (domain === '.') return domain;
  if (/[a-zA-Z]/.test(domain) && DOMAIN.test(domain)) return domain.trim().replace(/\.$/, '');
  throw new Error(`${domain} is not a valid domain`);
}

function extraHost(text: string): string {
  const separator = text.includes('=') ? '=' : ':';
  const [name, address, isPair] = cut(text, separator);
  if (!isPair || name === '') throw new Error(`bad format for add-host: "${text}"`);
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  if (address !== 'host-gateway' && !isIP(bare)) {
    throw new Error(`invalid IP address in add-host: "${address}"`);
  }
  return `${name}:${address === 'host-gateway' ? address : bare}`;
}

function deviceCgroupRule(text: string): string {
  if (/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(text)) return text;
  throw new Error(`invalid device cgroup format '${text}'`);
}

const SYSCTLS = [
  'msgmax',
  'msgmnb',
  'msgmni',
  'sem',
  'shmall',
  'shmmax',
  'shmmni',
  'shm_rmid_forced',
];

function sysctl(text: string): string {
  const [key, , hasValue] = cut(text);
  const isAllowed =
    SYSCTLS.some((name) => key === `kernel.${name}`) ||
    key.startsWith('net.') ||
    key.startsWith('fs.mqueue.');
  if (!hasValue || !isAllowed) throw new Error(`sysctl '${text}' is not allowed`);
  return text;
}

function devicePath(text: string): readonly [string, string] {
  const [path, value, isPair] = cut(text, ':');
  if (!isPair || path === '') throw new Error(`bad format: ${text}`);
  if (!path.startsWith('/dev/')) throw new Error(`bad format for device path: ${text}`);
  return [path, value];
}

function throttle(text: string, isBytes: boolean): string {
  const [path, rate] = devicePath(text);
  try {
    return `${path}:${isBytes ? ramInBytes(rate) : parseUnsigned(rate, 10)}`;
  } catch {
    throw new Error(
      isBytes
        ? `invalid rate for device: ${text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`
        : `invalid rate for device: ${text}. The correct format is <device-path>:<number>. Number must be a positive integer`,
    );
  }
}

function weightDevice(text: string): string {
  const [path, value] = devicePath(text);
  const weight = /^\d+$/.test(value) ? Number(value) : -1;
  if (weight < 0 || (weight > 0 && (weight < 10 || weight > 1000))) {
    throw new Error(`invalid weight for device: ${text}`);
  }
  return `${path}:${weight}`;
}

function genericResource(text: string): string {
  if (!text.includes('=')) {
    throw new Error(`missing = in term ${text}, expecting generic resource spec: key=val`);
  }
  return text;
}
