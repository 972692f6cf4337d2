import type { SegmentHandle } from './segment-handle.js';

/** The handle where there is no trace: every method is there, none does anything. */
export class SilentHandle implements SegmentHandle {
  get id(): string {
    return '';
  }

  get traceId(): string {
    return '';
  }

  get name(): string {
    return '';
  }

  get isSampled(): false {
    return false;
  }

  get isClosed(): boolean {
    return true;
  }

  annotate(): this {
    return this;
  }

  metadata(): this {
    return this;
  }

  error(): this {
    return this;
  }

  user(): this {
    return this;
  }

  http(): this {
    return this;
  }

  sql(): this {
    return this;
  }

  aws(): this {
    return this;
  }

  link(): this {
    return this;
  }

  header(): string {
    return '';
  }

  responseHeader(): string {
    return '';
  }

  run<T>(fn: () => T): T {
    return fn();
  }

  close(): void {}

  [Symbol.dispose](): void {
    this.close();
  }
}
