# Two stages: Swift builds one stripped executable; the image that runs has Debian's libraries and that executable.
ARG BUILD_IMAGE=swift:6.3-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY scripts/debian-packages scripts/
# libcurl4-openssl-dev: Foundation's networking, when linked statically, leaves libcurl to the final link.
RUN apt-get update \
  && sed '/^#/d' scripts/debian-packages \
     | xargs apt-get install --yes --no-install-recommends libcurl4-openssl-dev \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY Package.* openapi.yaml ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib --product convserve -Xlinker --as-needed -Xlinker -lcurl \
  && strip --strip-all -o /usr/local/bin/convserve \
     "$(swift build -c release --static-swift-stdlib --show-bin-path)/convserve"

FROM ${RUNTIME_IMAGE}
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
     ca-certificates libarchive13 libcurl4 libjpeg62-turbo libopenblas0-pthread libpng16-16 libsqlite3-0 libssl3 \
     libstdc++6 libwebp7 zlib1g \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
  && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin convserve
COPY --from=build /usr/local/bin/convserve /usr/local/bin/convserve
COPY LICENSE NOTICE /usr/share/doc/convserve/
# Serves at once without a volume; a folder mounted on /models brings its own models instead.
COPY --chown=convserve:convserve models/resnet8-cifar10 /models/resnet8-cifar10
USER 10001:10001
VOLUME /models
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["convserve", "healthcheck"]
ENTRYPOINT ["convserve"]
# All addresses of the container, which nobody reaches until a port is published; CONVSERVE_API_KEYS asks for keys.
CMD ["serve", "--host", "0.0.0.0", "--insecure", "--models", "/models"]
