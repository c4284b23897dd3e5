type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where'; readonly name: string; readonly value: string };

export interface SourcePath {
  /** Starts at the whole document, not where the mapping's records lie. */
  readonly fromDocument: boolean;
  readonly steps: readonly Step[];
}

const SEGMENT = /(?:^|\.)([^.[\]=]+)|\[(\d+)\]|\[([^\]=]+)=([^\]]*)\]/y;

/** Parses a.b, a[0].b, list[name=duration].value, $.a; undefined for what is no path. */
export function parseSourcePath(text: string): SourcePath | undefined {
  if (text.startsWith('.')) return undefined;
  const steps: Step[] = [];
  SEGMENT.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(text);
    if (match === null) return undefined;
    const [whole, name, index, key, value = ''] = match;
    if (name !== undefined) steps.push({ kind: 'name', name });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else steps.push({ kind: 'where', name: key ?? '', value });
    at += whole.length;
  }
  const [first] = steps;
  const fromDocument = first?.kind === 'name' && first.name === '$';
  if (fromDocument) steps.shift();
  return steps.length === 0 ? undefined : { fromDocument, steps };
}

/** What stands at a path of a parsed JSON value; undefined where the path leads nowhere. */
export function readPath(root: unknown, steps: readonly Step[]): unknown {
  let value = root;
  for (const step of steps) {
    if (step.kind === 'name') value = propertyOf(value, step.name);
    else if (!Array.isArray(value)) return undefined;
    else if (step.kind === 'index') value = Reflect.get(value, step.index);
    else value = value.find((item) => propertyOf(item, step.name) === step.value);
    if (value === undefined || value === null) return undefined;
  }
  return value;
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
    return undefined;
  const property: unknown = Reflect.get(value, name);
  return property;
}
