/** IDs of swarm objects. Real: swarmkit identity/randomid.go */

const BASE_36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * 25 characters of [0-9a-z], drawn from the component's own stream of chance (`world.random(...)`).
 */
export function newID(random: { text(length: number, alphabet: string): string }): string {
  return random.text(25, BASE_36);
}
