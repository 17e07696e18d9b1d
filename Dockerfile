# Debian, not Alpine: Temporal's native core needs glibc.
FROM node:22-bookworm-slim AS base
WORKDIR /app

# Everything, development packages included: they build the product and are the twin.
FROM base AS development
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .

FROM development AS build
# The stand-ins for AWS and Temporal, and the face classifiers among them, go no further than this stage.
RUN npm run build && rm -rf dist/local

FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

# The service: API, workers, codec endpoint and operators' commands. No weights, no tsx, no development package.
FROM base AS production
ENV NODE_ENV=production IDV_API_HOST=0.0.0.0 IDV_CODEC_HOST=0.0.0.0 IDV_WORKER_HEALTH_PORT=3002
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE NOTICE ./
COPY policies ./policies
COPY docker/idv /usr/local/bin/idv
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["idv", "health"]
ENTRYPOINT ["idv"]
CMD ["api"]

# The stand-in for DynamoDB, S3, Rekognition and Textract: for development, tests and demonstrations only.
FROM development AS twin
ENV IDV_TWIN_HOST=0.0.0.0 IDV_TWIN_DATA_DIR=/data ORT_DISABLE_TELEMETRY=1
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4701 4702 4703 4705
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4704/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "tsx", "local/twin-main.ts"]
