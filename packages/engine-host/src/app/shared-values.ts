/**
 * Equal values of many apps, kept once: probes, bounds, mounts, commands are the same for most. What nobody holds any
 * more is forgotten.
 */
export class SharedValues {
  readonly #values = new Map<string, WeakRef<object>>();
  readonly #gone = new FinalizationRegistry<string>((key) => {
    // An equal value may have come meanwhile.
    if (this.#values.get(key)?.deref() === undefined) this.#values.delete(key);
  });

  get size(): number {
    return this.#values.size;
  }

  /** The value, or one that is equal to it: plain data that nobody changes. */
  share<Value extends object>(value: Value): Value {
    const key = JSON.stringify(value);
    const known = this.#values.get(key)?.deref();
    if (known) return known as Value;
    this.#values.set(key, new WeakRef(value));
    this.#gone.register(value, key);
    return value;
  }
}
