import { type Counter, type Histogram, type Meter, type MetricOptions, metrics } from '@opentelemetry/api';

/**
 * A counter of the meter provider that is registered when it counts. Unlike tracers, the API's meters stay what they were
 * when they were got: one got while modules load would drop everything if an SDK is registered after that.
 */
export function createCounter(name: string, options: MetricOptions): Pick<Counter, 'add'> {
  const instrument = current((meter) => meter.createCounter(name, options));
  return { add: (...args) => instrument().add(...args) };
}

/** As `createCounter`. */
export function createHistogram(name: string, options: MetricOptions): Pick<Histogram, 'record'> {
  const instrument = current((meter) => meter.createHistogram(name, options));
  return { record: (...args) => instrument().record(...args) };
}

/** What `make` gives for the provider registered now; made once for each. */
function current<T>(make: (meter: Meter) => T): () => T {
  let known: { provider: unknown; instrument: T } | undefined;
  return () => {
    const provider = metrics.getMeterProvider();
    if (known?.provider !== provider) known = { provider, instrument: make(provider.getMeter('idv')) };
    return known.instrument;
  };
}
