/**
 * Port: a value that follows a flow of work through everything asynchronous that it starts. What runs beside it, and what
 * started before it, does not see it. No method throws.
 */
export interface TraceContext<Value> {
  /** The value of this flow; `undefined` where none was entered. */
  current(): Value | undefined;
  /**
   * Makes `value` the current one for the rest of this synchronous run and all that it starts. Who enters for a call enters the
   * former value again when the call returns, or its caller would go on with the callee's value.
   */
  enter(value: Value | undefined): void;
}
