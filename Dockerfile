# One image for every process; what it is, the command says:
#   node dist/apps/api/apps/api/src/main.js       the API (default)
#   node dist/apps/worker/apps/worker/src/main.js the worker
#   node dist/apps/cli/apps/cli/src/main.js       `outbell`, the command line
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json nest-cli.json ./
COPY libs libs
COPY apps apps
RUN npx nest build api && npx nest build worker && npx nest build cli && npm prune --omit=dev

FROM node:24-slim
ENV NODE_ENV=production API_HOST=0.0.0.0 WORKER_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/dist/apps/cli/apps/cli/src/main.js /usr/local/bin/outbell && chmod +x /usr/local/bin/outbell
USER node
EXPOSE 3000 3001
# Whichever of the two runs here; kubelets have probes of their own.
HEALTHCHECK --interval=5s --start-period=20s \
  CMD ["node", "-e", "const ask = (port) => fetch(`http://127.0.0.1:${port}/health/ready`); ask(process.env.API_PORT ?? 3000).catch(() => ask(process.env.WORKER_PORT ?? 3001)).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# `node` as process 1 gets SIGTERM itself and drains.
CMD ["node", "dist/apps/api/apps/api/src/main.js"]
