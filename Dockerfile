# halve in a container: `docker build -t halve .`, then docs/deployment.md.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without scripts: `prepare` is the build, whose sources come below, so that they do not spoil this layer.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts
# The SDKs of all storages and of traces, as the lockfile has them. Without this line they can be neither used nor missed.
RUN npm install --no-save --save-prod --omit=dev --ignore-scripts $(node -p 'const { peerDependencies, devDependencies } = require("./package.json"); Object.keys(peerDependencies).map((name) => name + "@" + devDependencies[name]).join(" ")')

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/bin bin
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8000
# A worker has no HTTP: switch this off for it (`--no-healthcheck`, compose.yaml does).
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/halve"]
CMD ["serve"]
