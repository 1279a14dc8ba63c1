// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>
#include <stdint.h>

// Makes what SHA-256 works with, to be used again and again: looking the algorithm up costs more than a short digest.
// Null where there is no memory or no such algorithm.
static inline EVP_MD_CTX *weir_sha256_make(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    return context;
}

// Digests bytes; returns 1, or 0 where that failed.
static inline int weir_sha256(EVP_MD_CTX *context, const void *bytes, size_t count, uint8_t digest[32]) {
    return EVP_DigestInit_ex(context, NULL, NULL) == 1 && EVP_DigestUpdate(context, bytes, count) == 1
        && EVP_DigestFinal_ex(context, digest, NULL) == 1;
}

// Adds bytes to what is digested piece by piece; returns 1, or 0 where that failed.
static inline int weir_sha256_add(EVP_MD_CTX *context, const void *bytes, size_t count) {
    return EVP_DigestUpdate(context, bytes, count) == 1;
}

// Ends a digest that was made piece by piece; returns 1, or 0 where that failed.
static inline int weir_sha256_end(EVP_MD_CTX *context, uint8_t digest[32]) {
    return EVP_DigestFinal_ex(context, digest, NULL) == 1;
}
