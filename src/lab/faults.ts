import type { Machine, Underlay } from '../sim/index.ts';
import type { Fault } from './inputs.ts';

/** The machines and the wire that faults happen to. */
export interface FaultTargets {
  readonly underlay: Underlay;
  machine(name: string): Machine | undefined;
}

/** How long a machine takes from power-on to a running Docker daemon. */
export const BOOT_MS = 500;

/**
 * Does a fault. `crash`: power cut. `stop`: `systemctl stop docker`. `restart`: power on, or start Docker again (a running one is
 * stopped first); `ready` is called when the daemon has been started. `partition`/`heal`: the network cable.
 */
export function applyFault(
  targets: FaultTargets,
  fault: Fault,
  ready: () => void = () => {},
): void {
  const machine = targets.machine(fault.machine);
  if (!machine) return ready();
  const { underlay } = targets;
  switch (fault.type) {
    case 'crash':
      machine.powerOff();
      return ready();
    case 'stop':
      return stopDocker(machine, ready);
    case 'restart':
      return restart(machine, ready);
    case 'partition':
      underlay.setCable(machine.name, false);
      return ready();
    case 'heal':
      underlay.setCable(machine.name, true);
      return ready();
    case 'cut':
      underlay.setCut(fault.machine, fault.other, true);
      return ready();
    case 'mend':
      underlay.setCut(fault.machine, fault.other, false);
      underlay.setLink(fault.machine, fault.other, undefined);
      return ready();
    case 'slow':
      underlay.setLink(fault.machine, fault.other, {
        delayMs: fault.delayMs,
        jitterMs: 0,
        lossPerMille: fault.lossPerMille,
      });
      return ready();
  }
}

function stopDocker(machine: Machine, done: () => void): void {
  let left = machine.daemons.length;
  if (left === 0) return done();
  for (const daemon of machine.daemons)
    daemon.stop(() => {
      if (--left === 0) done();
    });
}

function restart(machine: Machine, done: () => void): void {
  if (!machine.isOn) {
    machine.world.schedule(BOOT_MS, `${machine.name} boots`, () => {
      machine.powerOn();
      done();
    });
    return;
  }
  stopDocker(machine, () => {
    for (const daemon of machine.daemons) daemon.start();
    done();
  });
}
