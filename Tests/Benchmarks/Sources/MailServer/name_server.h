// SPDX-License-Identifier: Apache-2.0
#ifndef MAIL_NAME_SERVER_H
#define MAIL_NAME_SERVER_H

#include <stddef.h>
#include <stdint.h>

/// The longest message either way (RFC 1035, 4.2.1).
#define MESSAGE_SIZE 512

/// Domains that there are: `d0.example` and on, at most 62,500.
extern int domain_count;

/// Writes the answer to a question and returns its length; 0 where the bytes are no question.
///
/// `d<N>.example` has an MX, `mx.d<N>.example`, whose address is one of 127.1.0.0/16, and neither has an AAAA. Every
/// other name doesn't exist. Whatever is said may be kept for an hour.
size_t answer_question(const uint8_t *question, size_t count, uint8_t answer[MESSAGE_SIZE]);

#endif
