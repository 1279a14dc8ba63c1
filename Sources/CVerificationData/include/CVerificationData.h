// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The bytes of a file of this folder, as they are in the program: nothing is read or copied.
typedef struct {
    const uint8_t *start;
    size_t count;
} weir_file;

// One line a file here, and one block in `data.c`.
weir_file weir_disposable_domains(void);
weir_file weir_free_mail_domains(void);
weir_file weir_mail_hosts(void);
weir_file weir_nicknames(void);
weir_file weir_smtp_replies(void);
