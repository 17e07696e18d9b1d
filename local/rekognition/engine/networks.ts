import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type NetworkName, readWeights } from './weights.js';

/** Runs a network on one input; answers its outputs by name. */
export type Network = (input: Float32Array, dims: readonly number[]) => Promise<Record<string, Float32Array>>;

/** Networks of this thread, loaded when first asked for. */
export type Networks = (name: NetworkName) => Promise<Network>;

/** One thread a session: with two or more they spin against each other and every photo takes longer. */
const SESSION = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
} as const;

/** Loads networks lazily and keeps them. */
export function createNetworks(): Networks {
  const loaded = new Map<NetworkName, Promise<Network>>();
  return (name) => {
    const known = loaded.get(name);
    if (known) return known;
    const loading = load(name);
    loaded.set(name, loading);
    return loading;
  };
}

const load = (name: NetworkName): Promise<Network> => openNetwork(readWeights(name));

/** A network of these weights (ONNX). */
export async function openNetwork(weights: Uint8Array): Promise<Network> {
  const session = await InferenceSession.create(weights, SESSION);
  const inputName = session.inputNames[0] as string;
  return async (input, dims) => {
    const outputs = await session.run({ [inputName]: new Tensor('float32', input, dims) });
    return Object.fromEntries(
      Object.entries(outputs).map(([key, tensor]) => [key, tensor.data as Float32Array]),
    );
  };
}
