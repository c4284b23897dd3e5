/** @param call the method as it was, on the same object. */
export type Wrapped = (call: (args: readonly unknown[]) => unknown, args: readonly unknown[], self: unknown) => unknown;

/**
 * Puts something around a method of a class that has no hook for it.
 *
 * @throws where there is no such method: another version of the library needs another preload.
 */
export function wrapMethod(from: unknown, name: string, wrapped: Wrapped): void {
  const prototype: unknown = typeof from === 'function' ? Reflect.get(from, 'prototype') : undefined;
  if (typeof prototype !== 'object' || prototype === null) throw new Error(`${name} is looked for in what is no class`);
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`the class has no method ${name}`);
  Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
    return wrapped((given) => Reflect.apply(original, this, given) as unknown, args, this);
  });
}
