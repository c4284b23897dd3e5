# One image for every deployable; its arguments name one:
#
#   docker build --tag churn-warning .
#   docker run --rm --init --env CHURN_KAFKA_BROKERS=… --env CHURN_REDIS_URL=… churn-warning services/scorer/main.ts
#
# Node runs the TypeScript as it is, so nothing is compiled. docker-compose.yml runs all of it.
FROM node:26-bookworm-slim AS node
# Node without npm and headers, and the one library that Debian's slim image lacks for it.
WORKDIR /
RUN mkdir -p runtime \
    && cp --archive --parents usr/local/bin/node usr/lib/*-linux-gnu/libatomic.so.1* runtime/

FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY patches patches
# No package needs its install script here: patches are applied by hand, and loudly, then their tool goes.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts \
    && node_modules/.bin/patch-package --error-on-fail \
    && npm uninstall --no-save --omit=dev --ignore-scripts patch-package
# What only compilers, debuggers and other machines read.
RUN find node_modules/onnxruntime-node/bin -type f -not -path "*/linux/$(node --print process.arch)/*" -delete \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
    && find node_modules -depth -type d -empty -delete

FROM debian:bookworm-slim
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="churn-warning" \
      org.opencontainers.image.description="Streaming churn warning for telecom operators" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The folders are mount points, so that a new volume belongs to the user who writes there.
RUN groupadd --gid 1000 churn \
    && useradd --uid 1000 --gid churn --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin churn \
    && install --directory --owner=churn --group=churn --mode=0700 /pseudonym /credentials /rejects /demo
COPY --from=node /runtime/ /
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY models models
COPY deploy deploy
COPY services services

# Metrics and health are asked for from outside the container, and there is one service in each. ONNX Runtime would send
# usage data to its maker and keep an identifier on disk.
ENV NODE_ENV=production \
    ORT_DISABLE_TELEMETRY=1 \
    CHURN_OPERATIONS_HOST=0.0.0.0 \
    CHURN_OPERATIONS_PORT=9464
EXPOSE 9464
USER churn
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["sh", "-c", "exec node deploy/compose/check-health.mjs http://127.0.0.1:$CHURN_OPERATIONS_PORT/readyz"]
ENTRYPOINT ["node"]
CMD ["services/scorer/main.ts"]
