/** The variables of a shell: scalars, arrays and maps, in scopes (a function's `local`). */
export interface Variable {
  value: string | undefined;
  /** Set for arrays: by index (digits) or key. */
  items: Map<string, string> | undefined;
  isAssociative: boolean;
  isExported: boolean;
  isReadonly: boolean;
  isInteger: boolean;
}

export function variable(value?: string): Variable {
  return {
    value,
    items: undefined,
    isAssociative: false,
    isExported: false,
    isReadonly: false,
    isInteger: false,
  };
}

/** The name may not be set: it is read-only. */
export class ReadonlyError extends Error {
  override readonly name = 'ReadonlyError';
}

export class Variables {
  /** Innermost first. The last one is global. */
  #scopes: Map<string, Variable>[] = [new Map()];

  clone(): Variables {
    const copy = new Variables();
    copy.#scopes = this.#scopes.map(
      (scope) =>
        new Map(
          [...scope].map(([name, one]) => [
            name,
            { ...one, items: one.items && new Map(one.items) },
          ]),
        ),
    );
    return copy;
  }

  find(name: string): Variable | undefined {
    for (const scope of this.#scopes) {
      const found = scope.get(name);
      if (found) return found;
    }
    return undefined;
  }

  get(name: string): string | undefined {
    const found = this.find(name);
    return found?.items ? found.items.get('0') : found?.value;
  }

  /** The variable itself, made if need be. */
  demand(name: string): Variable {
    const found = this.find(name);
    if (found) return found;
    const made = variable();
    this.#scopes.at(-1)?.set(name, made);
    return made;
  }

  set(name: string, value: string, index?: string): void {
    const found = this.demand(name);
    if (found.isReadonly) throw new ReadonlyError(`${name}: readonly variable`);
    if (index !== undefined && !found.items) {
      found.items = new Map(found.value === undefined ? [] : [['0', found.value]]);
      found.value = undefined;
    }
    if (found.items) found.items.set(negative(found, index ?? '0'), value);
    else found.value = value;
  }

  setItems(name: string, items: Map<string, string>): void {
    const found = this.demand(name);
    if (found.isReadonly) throw new ReadonlyError(`${name}: readonly variable`);
    found.items = items;
    found.value = undefined;
  }

  unset(name: string, index?: string): void {
    const found = this.find(name);
    if (!found) return;
    if (found.isReadonly) throw new ReadonlyError(`${name}: cannot unset: readonly variable`);
    if (index !== undefined) return void found.items?.delete(negative(found, index));
    for (const scope of this.#scopes) if (scope.delete(name)) return;
  }

  /** Array elements in the order of their indices; of a map, in the order they came. */
  elements(name: string): readonly string[] {
    const found = this.find(name);
    if (!found) return [];
    if (!found.items) return found.value === undefined ? [] : [found.value];
    return this.keys(name).map((key) => found.items?.get(key) as string);
  }

  keys(name: string): readonly string[] {
    const found = this.find(name);
    if (!found?.items) return found?.value === undefined ? [] : ['0'];
    const keys = [...found.items.keys()];
    return found.isAssociative ? keys : keys.sort((a, b) => Number(a) - Number(b));
  }

  item(name: string, index: string): string | undefined {
    const found = this.find(name);
    if (!found) return undefined;
    if (!found.items) return index === '0' ? found.value : undefined;
    return found.items.get(negative(found, index));
  }

  pushScope(): void {
    this.#scopes.unshift(new Map());
  }

  popScope(): void {
    this.#scopes.shift();
  }

  get depth(): number {
    return this.#scopes.length;
  }

  /** `local name`: a variable of the innermost scope. */
  declareLocal(name: string): Variable {
    const scope = this.#scopes[0] as Map<string, Variable>;
    const found = scope.get(name);
    if (found) return found;
    const made = { ...variable(), isExported: this.find(name)?.isExported ?? false };
    scope.set(name, made);
    return made;
  }

  /** All that can be seen, by name. */
  visible(): readonly (readonly [string, Variable])[] {
    const all = new Map<string, Variable>();
    for (const scope of [...this.#scopes].reverse())
      for (const [name, one] of scope) all.set(name, one);
    return [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** What a child process gets. */
  environment(): Map<string, string> {
    const env = new Map<string, string>();
    for (const scope of [...this.#scopes].reverse())
      for (const [name, one] of scope) {
        if (one.isExported && one.value !== undefined && !one.items) env.set(name, one.value);
        else env.delete(name);
      }
    return env;
  }
}

function negative(found: Variable, index: string): string {
  if (found.isAssociative || !index.startsWith('-') || !found.items) return index;
  const last = Math.max(-1, ...[...found.items.keys()].map(Number));
  return String(last + 1 + Number(index));
}
