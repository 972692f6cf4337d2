import { TracingModule, type Emitter } from 'radiograph';
export declare function startTracing(emitter: Emitter): TracingModule;
//# sourceMappingURL=options.d.ts.map
