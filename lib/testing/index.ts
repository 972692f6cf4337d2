export { printTrace } from './print-trace.js';
export { recordTrace, type Recording } from './record-trace.js';
export { RecordedTrace, type RecordedEntity } from './recorded-trace.js';
export { MemoryEmitter } from '../emitters/memory-emitter.js';
