#ifndef CONVSERVE_COPENSSL_SHIM_H
#define CONVSERVE_COPENSSL_SHIM_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL that Swift does not see, as functions and constants of the same meaning.

static const uint64_t convserve_SSL_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t convserve_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t convserve_SSL_OP_NO_TICKET = SSL_OP_NO_TICKET;
static const uint64_t convserve_SSL_OP_CIPHER_SERVER_PREFERENCE = SSL_OP_CIPHER_SERVER_PREFERENCE;
static const uint64_t convserve_SSL_OP_PRIORITIZE_CHACHA = SSL_OP_PRIORITIZE_CHACHA;

static inline int convserve_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline int convserve_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *groups) {
  return (int)SSL_CTX_set1_groups_list(context, groups);
}

static inline void convserve_SSL_CTX_set_mode(SSL_CTX *context, long modes) { SSL_CTX_set_mode(context, modes); }

static inline void convserve_SSL_CTX_clear_mode(SSL_CTX *context, long modes) { SSL_CTX_clear_mode(context, modes); }

static inline void convserve_SSL_CTX_set_server_session_cache(SSL_CTX *context, long sessions) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(context, sessions);
}

static inline void convserve_SSL_CTX_set_tlsext_servername_callback(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
  SSL_CTX_set_tlsext_servername_callback(context, callback);
  SSL_CTX_set_tlsext_servername_arg(context, argument);
}

#endif
