import type { Lab } from '../lab.ts';

/** What IDs in the trace are called: learnt from every manager's store, and kept when the object is gone. */
export class Names {
  readonly #lab: Lab;
  readonly #services = new Map<string, string>();
  readonly #nodes = new Map<string, string>();
  readonly #tasks = new Map<string, string>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  service(id: string): string {
    return this.#look(this.#services, id);
  }

  /** The host name of a node. */
  node(id: string): string {
    return this.#look(this.#nodes, id);
  }

  /** `web.3`; a global service's task is called as its service. */
  task(id: string): string {
    return this.#look(this.#tasks, id);
  }

  #look(table: ReadonlyMap<string, string>, id: string): string {
    if (id !== '' && !table.has(id)) this.#learn();
    return table.get(id) ?? id.slice(0, 12);
  }

  #learn(): void {
    for (const { engine } of this.#lab.hosts) {
      const store = engine.cluster.storeView();
      for (const service of store?.list('service') ?? [])
        this.#services.set(service.ID, service.Spec.Name);
      for (const task of store?.list('task') ?? [])
        this.#tasks.set(
          task.ID,
          task.ServiceAnnotations.Name + (task.Slot > 0 ? `.${task.Slot}` : ''),
        );
      for (const node of store?.list('node') ?? [])
        if (node.Description) this.#nodes.set(node.ID, node.Description.Hostname);
    }
  }
}

/** `nginx:1.27@sha256:…` → `nginx:1.27`. */
export function shortImage(image: string): string {
  return image.replace(/@sha256:[0-9a-f]+$/, '');
}
