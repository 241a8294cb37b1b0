/**
 * One machine as a picture: a column for each container, above them the machine's own addresses, beneath them a bar for each network and each place where files are
 * kept. Where a container's line meets a bar, it is on that network or has that volume. Pure.
 */
import type { HostContainerView, HostView } from '../../../lab/index.ts';
import { webAddress } from '../../browser/address.ts';
import { capitalised } from '../layout/blocks.ts';
import { HOST } from './strings.ts';

export type BarKind = 'network' | 'volume' | 'folder';

export interface Bar {
  readonly key: string;
  readonly kind: BarKind;
  readonly name: string;
  /** Beneath the name: a subnet, what kind of place it is. */
  readonly note: string;
  /** Of the page's colours. */
  readonly color: number;
  /** By column: what stands where the line meets the bar; undefined: it does not meet it. */
  readonly meets: readonly (string | undefined)[];
  /** By column: the lines that go on to bars further down. */
  readonly passes: readonly { readonly toNetwork: boolean; readonly toFiles: boolean }[];
}

export interface Column {
  readonly container: HostContainerView;
  readonly word: string;
  readonly isRunning: boolean;
  readonly ports: readonly Port[];
  /** What is kept in memory only. */
  readonly memory: readonly string[];
  readonly label: string;
  readonly hasNetwork: boolean;
  readonly hasFiles: boolean;
}

export interface Port {
  readonly text: string;
  /** What a browser would open; undefined for UDP, or while nobody listens. */
  readonly url: string | undefined;
}

export interface HostPicture {
  readonly columns: readonly Column[];
  readonly bars: readonly Bar[];
}

const COLORS = 6;
const ANONYMOUS_LENGTH = 12;

export function hostPicture(host: HostView, address: string): HostPicture {
  const { containers } = host;
  const bars = [...networkBars(host), ...volumeBars(host), ...folderBars(host)];
  return {
    columns: containers.map((container) => columnOf(container, address)),
    bars: bars.map((bar, at) => ({
      ...bar,
      passes: containers.map((_, column) => {
        const below = bars.slice(at + 1).filter(({ meets }) => meets[column] !== undefined);
        return {
          toNetwork: below.some(({ kind }) => kind === 'network'),
          toFiles: below.some(({ kind }) => kind !== 'network'),
        };
      }),
    })),
  };
}

function columnOf(container: HostContainerView, address: string): Column {
  const isRunning = container.state === 'running';
  const { networks, mounts, exitCode } = container;
  const word =
    exitCode === undefined
      ? capitalised(container.state)
      : `${capitalised(container.state)} (${exitCode})`;
  const files = mounts.filter(({ type }) => type !== 'tmpfs');
  return {
    container,
    word,
    isRunning,
    ports: container.ports.map(({ address: on, published, target, protocol }) => ({
      text: `${on === '0.0.0.0' ? '' : `${on}:`}${published} → ${target}${protocol === 'tcp' ? '' : `/${protocol}`}`,
      url:
        protocol === 'tcp' && isRunning
          ? webAddress(on === '0.0.0.0' ? address : on, published)
          : undefined,
    })),
    memory: mounts.filter(({ type }) => type === 'tmpfs').map(({ target }) => target),
    label: HOST.container(
      container.name,
      container.image,
      word,
      networks.map((one) => `${one.name} ${one.address}`.trim()),
      files.map(({ source, target }) => `${source} ${target}`),
    ),
    hasNetwork: networks.length > 0,
    hasFiles: files.length > 0,
  };
}

type Plain = Omit<Bar, 'passes'>;

function networkBars({ networks, containers }: HostView): readonly Plain[] {
  return networks.map(({ name, driver, subnet }, index) => ({
    key: `network ${name}`,
    kind: 'network',
    name,
    note: subnet === '' ? driver : name === driver ? subnet : `${driver} · ${subnet}`,
    color: index % COLORS,
    meets: containers.map((one) => one.networks.find((on) => on.name === name)?.address),
  }));
}

function volumeBars({ volumes, containers }: HostView): readonly Plain[] {
  return volumes.map(({ name, isAnonymous, usedBy }) => ({
    key: `volume ${name}`,
    kind: 'volume',
    name: isAnonymous ? `${name.slice(0, ANONYMOUS_LENGTH)}…` : name,
    note: usedBy.length === 0 ? HOST.unused : isAnonymous ? HOST.anonymous : HOST.volume,
    color: 0,
    meets: containers.map((one) => mountText(one, 'volume', name)),
  }));
}

function folderBars({ containers }: HostView): readonly Plain[] {
  const sources = containers.flatMap(({ mounts }) =>
    mounts.filter(({ type }) => type === 'bind').map(({ source }) => source),
  );
  return [...new Set(sources)].map((source) => ({
    key: `folder ${source}`,
    kind: 'folder',
    name: source,
    note: HOST.folder,
    color: 0,
    meets: containers.map((one) => mountText(one, 'bind', source)),
  }));
}

function mountText(
  { mounts }: HostContainerView,
  type: 'volume' | 'bind',
  source: string,
): string | undefined {
  const found = mounts.filter((mount) => mount.type === type && mount.source === source);
  return found.length === 0
    ? undefined
    : found.map(({ target, isReadOnly }) => `${target}${isReadOnly ? ' (ro)' : ''}`).join(', ');
}
