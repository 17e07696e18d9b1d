import { type Attributes, metrics, type Span, type SpanOptions, trace } from '@opentelemetry/api';

/** What went out as telemetry. */
export interface Recorded {
  spans: { name: string; attributes: Attributes; failed: boolean; ended: boolean }[];
  /** Counters and histograms alike. */
  measurements: { name: string; value: number; attributes: Attributes }[];
}

/** Where the registered providers write; nowhere between recordings. */
let recording: Recorded | undefined;
let registered = false;

/**
 * Records everything from now on, until `stopRecording`. The providers are registered once for the process: what the API
 * hands out keeps to the first tracer it met.
 */
export function record(): Recorded {
  if (!registered) {
    registered = true;
    trace.setGlobalTracerProvider({ getTracer: () => tracer } as never);
    const instrument = (name: string) => ({
      add: (value: number, attributes: Attributes = {}) => measured(name, value, attributes),
      record: (value: number, attributes: Attributes = {}) => measured(name, value, attributes),
    });
    const meter = { createCounter: instrument, createHistogram: instrument };
    metrics.setGlobalMeterProvider({ getMeter: () => meter } as never);
  }
  recording = { spans: [], measurements: [] };
  return recording;
}

export function stopRecording(): void {
  recording = undefined;
}

function measured(name: string, value: number, attributes: Attributes): void {
  recording?.measurements.push({ name, value, attributes });
}

function startSpan(name: string, { attributes = {} }: SpanOptions = {}): Span {
  const entry = { name, attributes: { ...attributes }, failed: false, ended: false };
  recording?.spans.push(entry);
  const span = {
    setAttribute: (key: string, value: string) => Object.assign(entry.attributes, { [key]: value }),
    setAttributes: (more: Attributes) => Object.assign(entry.attributes, more),
    setStatus: () => {
      entry.failed = true;
    },
    end: () => {
      entry.ended = true;
    },
  };
  return span as unknown as Span;
}

const tracer = {
  startSpan,
  startActiveSpan(name: string, ...rest: unknown[]) {
    const work = rest.at(-1) as (span: Span) => unknown;
    const options = typeof rest[0] === 'function' ? {} : (rest[0] as SpanOptions);
    return work(startSpan(name, options));
  },
};
