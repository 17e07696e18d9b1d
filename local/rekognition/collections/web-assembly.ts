/** Memory that threads share. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  /** By so many pages of 64 KiB; throws RangeError when there are no more. */
  grow(pages: number): number;
}

/** What the twin uses of WebAssembly: TypeScript has its types only in the browser's library, which we do not want. */
export const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

interface WebAssemblyApi {
  Memory: new (options: { initial: number; maximum: number; shared: true }) => WasmMemory;
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: object) => { exports: Record<string, unknown> };
}

/** Compiled code. */
export type WasmModule = object;
